import { CopyField } from "#components/ui/copy-field.tsx";

interface Props {
  /** With its tag or digest. */
  image: string;
  registry: { host: string; insecure: boolean };
}

/** The lines that pull it, for each of the usual clients. */
export function PullLines({ image, registry }: Props) {
  const address = `${registry.host}/${image}`;
  const plain = registry.insecure ? " --tls-verify=false" : "";
  return (
    <div className="grid gap-1.5">
      <CopyField label="docker command" value={`docker pull ${address}`} />
      <CopyField label="podman command" value={`podman pull${plain} ${address}`} />
      <CopyField label="skopeo command" value={`skopeo inspect${plain} docker://${address}`} />
    </div>
  );
}

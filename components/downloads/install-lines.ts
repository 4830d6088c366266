/** The lines that install a product, made for one person: their registry, their name, their token, their platform. Pure. */

export interface Install {
  registry: { host: string; insecure: boolean };
  /** Where the API is: `https://purser.example`. */
  url: string;
  tenant: string;
  product: string;
  username: string;
  /** Repository and tag or digest of the newest image; null where there is none. `chart`: it is a Helm chart. */
  image: { repository: string; reference: string; chart: boolean } | null;
  /** The newest file for the reader's computer; null where there is none. */
  file: { id: string; filename: string; sha256: string } | null;
}

export interface InstallTool {
  value: string;
  label: string;
  lines: { label: string; value: string }[];
}

/** Each tool that can install it, the container tools only where there is an image. */
export function installTools(install: Install): InstallTool[] {
  const { image, file } = install;
  const tools: (InstallTool | null)[] = [
    image && !image.chart ? docker(install, image) : null,
    image && !image.chart ? podman(install, image) : null,
    image && !image.chart ? skopeo(install, image) : null,
    image && !image.chart ? compose(install, image) : null,
    image ? helm(install, image) : null,
    file ? curl(install, file) : null,
  ];
  return tools.filter((tool) => tool !== null);
}

type Image = NonNullable<Install["image"]>;

/** `host/acme/agent:1.0`, or with @ where it is a digest. */
export function addressOf({ registry }: Pick<Install, "registry">, { repository, reference }: Omit<Image, "chart">) {
  return `${registry.host}/${repository}${reference.includes(":") ? "@" : ":"}${reference}`;
}

function docker(install: Install, image: Image): InstallTool {
  const { registry, username } = install;
  return {
    value: "docker",
    label: "Docker",
    lines: [
      { label: "docker sign-in", value: `docker login ${registry.host} -u ${username}` },
      { label: "docker pull", value: `docker pull ${addressOf(install, image)}` },
    ],
  };
}

function podman(install: Install, image: Image): InstallTool {
  const { registry, username } = install;
  const plain = registry.insecure ? " --tls-verify=false" : "";
  return {
    value: "podman",
    label: "Podman",
    lines: [
      { label: "podman sign-in", value: `podman login${plain} ${registry.host} -u ${username}` },
      { label: "podman pull", value: `podman pull${plain} ${addressOf(install, image)}` },
    ],
  };
}

function skopeo(install: Install, image: Image): InstallTool {
  const { registry, username, product } = install;
  const [sign, copy] = registry.insecure ? ["--tls-verify=false ", "--src-tls-verify=false "] : ["", ""];
  const from = `docker://${addressOf(install, image)}`;
  return {
    value: "skopeo",
    label: "Skopeo",
    lines: [
      { label: "skopeo sign-in", value: `skopeo login ${sign}${registry.host} -u ${username}` },
      { label: "skopeo copy into a file", value: `skopeo copy ${copy}${from} docker-archive:${product}.tar` },
    ],
  };
}

function compose(install: Install, image: Image): InstallTool {
  const { registry, username, product } = install;
  const file = ["services:", `  ${product}:`, `    image: ${addressOf(install, image)}`, "    restart: unless-stopped"];
  return {
    value: "compose",
    label: "Compose",
    lines: [
      { label: "docker sign-in for Compose", value: `docker login ${registry.host} -u ${username}` },
      { label: "compose.yaml", value: file.join("\n") },
      { label: "compose start", value: "docker compose up -d" },
    ],
  };
}

function helm(install: Install, image: Image): InstallTool {
  return { value: "helm", label: "Helm", lines: image.chart ? chart(install, image) : pulledByHelm(install, image) };
}

function chart({ registry, username, product }: Install, { repository, reference }: Image) {
  const plain = registry.insecure ? " --plain-http" : "";
  const version = reference.includes(":") ? "" : ` --version ${reference}`;
  return [
    { label: "helm sign-in", value: `helm registry login${plain} ${registry.host} -u ${username}` },
    { label: "helm install", value: `helm install ${product} oci://${registry.host}/${repository}${version}${plain}` },
  ];
}

// Of an image that is no chart: what any chart needs to pull it.
function pulledByHelm(install: Install, { repository, reference }: Image) {
  const { registry, username, tenant } = install;
  const secret = [
    `kubectl create secret docker-registry ${tenant}`,
    `--docker-server=${registry.host}`,
    `--docker-username=${username}`,
    `--docker-password="$PURSER_TOKEN"`,
  ];
  const pin = reference.includes(":") ? "digest" : "tag";
  const values = [
    "image:",
    `  repository: ${registry.host}/${repository}`,
    `  ${pin}: "${reference}"`,
    "imagePullSecrets:",
    `  - name: ${tenant}`,
  ];
  return [
    { label: "secret for the cluster", value: secret.join(" ") },
    { label: "values.yaml of your chart", value: values.join("\n") },
  ];
}

function curl({ url }: Install, { id, filename, sha256 }: NonNullable<Install["file"]>): InstallTool {
  const quoted = `'${filename.replaceAll("'", `'\\''`)}'`;
  return {
    value: "curl",
    label: "curl",
    lines: [
      {
        label: "curl download, which goes on where it broke off",
        value: `curl -fL -C - -o ${quoted} -H "Authorization: Bearer $PURSER_TOKEN" ${url}/v1/downloads/${id}`,
      },
      { label: "check of the file", value: `echo "${sha256}  "${quoted} | sha256sum -c` },
    ],
  };
}

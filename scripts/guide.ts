import type { Demo } from "../prisma/seed.ts";

/** What `npm run up` prints at the end: where it is and where mail goes, where to sign in, and the lines to copy. */
export function guide(url: string, { demo, outbox }: { demo: Demo | null; outbox: string | null }): string {
  const mail = outbox ? `Mail goes to ${outbox}: an instance admin reads it at ${url}/admin/outbox\n` : "";
  const head = `\nPurser is at ${url} (Ctrl-C stops it)\n${mail}`;
  return demo ? `${head}${shop(url, demo)}\n${signIns(demo)}\n${commands(new URL(url), demo)}` : head;
}

function shop(url: string, { tenant, stripe }: Demo): string {
  if (!stripe) return "";
  return `Buy at ${url}/store/${tenant}: no money moves, a stand-in for Stripe takes it at ${stripe}\n`;
}

function signIns({ people }: Demo): string {
  const lines = Object.entries(people).map(
    ([name, { email, password }]) => `  ${name.padEnd(11)}${email.padEnd(27)}${password}`,
  );
  return `Demo sign-ins (email, password):\n${lines.join("\n")}\n`;
}

function commands({ host, protocol }: URL, { people, robot, images }: Demo): string {
  const plain = (side: "src" | "dest") => (protocol === "http:" ? `--${side}-tls-verify=false ` : "");
  const restricted = `${host}/${images.restricted}`;
  const pull = (token: string, folder: string) => `  echo ${token} | docker login ${host} -u token --password-stdin
  docker pull ${restricted}
  skopeo copy ${plain("src")}--src-creds token:${token} docker://${restricted} dir:/tmp/${folder}`;
  return `Pull the restricted image as a member who is entitled to it, with docker or with skopeo:
${pull(people.entitled.token, "purser-demo")}

The same as a member who is not, who is told why not:
${pull(people.unentitled.token, "purser-refused")}

Push what was pulled as the robot ${robot.name}:
  skopeo copy ${plain("dest")}--dest-creds ${robot.name}:${robot.token} dir:/tmp/purser-demo docker://${host}/${images.restricted.replace(/:.*/, ":2.0")}
`;
}

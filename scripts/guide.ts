import type { Demo } from "../prisma/seed.ts";

/** What `npm run up` prints at the end: where to sign in, and the lines to copy. */
export function guide(url: string, demo: Demo | null): string {
  const head = `\nPurser is at ${url} (Ctrl-C stops it)\n`;
  return demo ? `${head}\n${signIns(demo)}\n${commands(new URL(url), demo)}` : head;
}

function signIns({ people }: Demo): string {
  const lines = Object.entries(people).map(
    ([name, { email, password }]) => `  ${name.padEnd(11)}${email.padEnd(27)}${password}`,
  );
  return `Demo sign-ins (email, password):\n${lines.join("\n")}\n`;
}

function commands({ host, protocol }: URL, { people, robot, images }: Demo): string {
  const http = protocol === "http:";
  const restricted = `${host}/${images.restricted}`;
  const inspect = (token: string) =>
    `  skopeo inspect ${http ? "--tls-verify=false " : ""}--creds token:${token} docker://${restricted}`;
  return `Pull the restricted image as a member who is entitled to it:
  echo ${people.entitled.token} | docker login ${host} -u token --password-stdin
  docker pull ${restricted}
${inspect(people.entitled.token)}

The same as a member who is not, who is told why not:
  echo ${people.unentitled.token} | docker login ${host} -u token --password-stdin
  docker pull ${restricted}
${inspect(people.unentitled.token)}

Push as the robot ${robot.name}:
  echo ${robot.token} | docker login ${host} -u ${robot.name} --password-stdin
`;
}

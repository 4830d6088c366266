const STEPS = {
  Okta: [
    "In the Admin Console, open your app's integration, General, and set Provisioning to SCIM.",
    "Under Provisioning, Integration: the base URL as SCIM connector base URL, userName as unique identifier, all four push actions, HTTP Header as authentication with the secret as its token. Test it.",
    "Under Provisioning, To App: switch on Create Users, Update User Attributes and Deactivate Users.",
    "Assign people under Assignments, and groups under Push Groups.",
  ],
  "Entra ID": [
    "Make an enterprise application (or open yours), then Provisioning, and set its mode to Automatic.",
    "The base URL as Tenant URL, the secret as Secret Token. Test the connection, and save.",
    "Under Mappings leave users and groups switched on; userName is what people are matched by.",
    "Assign people and groups, then start provisioning. It comes every 40 minutes, or at once with Provision on demand.",
  ],
} as const;

/** What to do at the directory, in words. */
export function Steps() {
  return (
    <div className="grid gap-3">
      {Object.entries(STEPS).map(([name, steps]) => (
        <details key={name} className="rounded-lg border border-line bg-surface p-4">
          <summary className="cursor-pointer font-medium text-sm">Set up {name}</summary>
          <ol className="mt-2 list-decimal space-y-1 pl-5 text-sm text-soft">
            {steps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </details>
      ))}
    </div>
  );
}

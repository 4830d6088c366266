export { EmailAddress } from "../email.ts";

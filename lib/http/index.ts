/**
 * The ground under the doors: the request under way, bodies in and out at the speed of the disk, problem+json, and the
 * mount that puts a route file straight on Node. Knows nothing of us.
 * Hidden: how a response says that it is a file, how raw streams reach the doors.
 */
export { bodyOf, bytesOf, rawPathOf } from "./body.ts";
export { hasAlready } from "./conditions.ts";
export { type FileBody, fileResponse, streamResponse } from "./file-body.ts";
export { mount, type RouteModule } from "./mount.ts";
export { problemResponse, statusOf, unexpected } from "./problem.ts";
export { type ByteRange, parseRange } from "./range.ts";
export { answerWith, currentRequest, inRequest, type RequestScope } from "./request-scope.ts";
export { type Stored, storedResponse } from "./stored-response.ts";
export { warningHeader } from "./warning.ts";

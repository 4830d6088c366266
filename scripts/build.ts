import { build } from "./prepare.ts";

build();

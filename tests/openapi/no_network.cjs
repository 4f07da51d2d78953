// SPDX-License-Identifier: Apache-2.0
// Loaded before the linter: what it says must come from the document alone, and nobody is told that it was run.
"use strict";
require("net").Socket.prototype.connect = () => {
  throw new Error("the linter must not use the network");
};

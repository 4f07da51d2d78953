-- SPDX-License-Identifier: Apache-2.0
-- Says how much limits.lua has left for this address, unless the handler has spoken of a narrower limit, a key's or a
-- user's, in the same headers.
local r = lighty.r
local counted = r.req_env["GATEHOUSE_RATE"]
local header = r.resp_header
if not counted or header["X-RateLimit-Limit"] then return 0 end
header["X-RateLimit-Limit"], header["X-RateLimit-Remaining"], header["X-RateLimit-Reset"] =
  counted:match("^(%d+) (%d+) (%d+)$")
return 0

-- SPDX-License-Identifier: Apache-2.0
-- Answers what comes in the clear: pages go to https, everything else is refused.
local r = lighty.r
local path = r.req_attr["uri.path-raw"]
local method = r.req_attr["request.method"]
local is_page = path == "/" or path:find("^/sign%-in/?$") or path:find("^/sign%-out/?$") or path:find("^/docs/?") or
  path:find("^/assets/")
if is_page and (method == "GET" or method == "HEAD") then
  r.resp_header["Location"] = "https://" .. r.req_attr["uri.authority"]:gsub(":%d+$", "") .. r.req_attr["request.orig-uri"]
  return 308
end
return 403 -- the file of that name says why in general; there is nothing more to tell

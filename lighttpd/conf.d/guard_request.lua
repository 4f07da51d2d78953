-- SPDX-License-Identifier: Apache-2.0
-- Drops what only the guard may say: X-Auth-*, Remote-*, Auth-* and Proxy, in every spelling that a program behind CGI would
-- see as one name (X_Auth_User is HTTP_X_AUTH_USER too).
local header = lighty.r.req_header
local dropped = {}
for name in pairs(header) do
  local canonical = name:lower():gsub("[^%w]", "-")
  if canonical:find("^x%-auth%-") or canonical:find("^x%-gatehouse%-") or canonical:find("^remote%-") or
    canonical:find("^auth%-") or canonical == "proxy" then
    table.insert(dropped, name)
  end
end
for _, name in ipairs(dropped) do header[name] = nil end
return 0

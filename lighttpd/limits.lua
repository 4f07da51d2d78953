-- SPDX-License-Identifier: Apache-2.0
-- One token bucket for each route and address. The numbers are the policies', printed by `gatehouse limits lighttpd`.
-- State lives in _G, since a script starts anew for every request; it is per lighttpd and lost on reload: a limit is a
-- brake, not a lock. The lock on guessing is in the database.

local r = lighty.r

-- Two generations of buckets bound the memory: when one is full, the older is forgotten.
local MOST_BUCKETS = 20000

-- Routes without parameters are looked up, the others matched in turn; each has a limit for every method it takes.
local function load_state()
  local directory = debug.getinfo(1, "S").source:match("^@?(.*/)") or "./"
  local state = { fresh = {}, old = {}, count = 0, exact = {}, templates = {} }
  local routes = {}
  for _, limit in ipairs(dofile(directory .. "limits_table.lua")) do
    local route = routes[limit.path]
    if not route then
      route = { methods = {} }
      routes[limit.path] = route
      if limit.path:find("{", 1, true) then
        route.pattern = "^" .. limit.path:gsub("[%-%.]", "%%%0"):gsub("{[^}]*}", "[^/]+") .. "$"
        table.insert(state.templates, route)
      else
        state.exact[limit.path] = route
      end
    end
    route.methods[limit.method] = limit
    route.any = route.any or limit
  end
  return state
end

local state = _G.gatehouse_limits
if not state then
  state = load_state()
  _G.gatehouse_limits = state
end

local function route_of(path)
  if #path > 1 and path:sub(-1) == "/" then path = path:sub(1, -2) end
  local exact = state.exact[path]
  if exact then return exact end
  for _, route in ipairs(state.templates) do
    if path:find(route.pattern) then return route end
  end
  return state.exact["/"]
end

local function limit_of(path, method)
  local route = route_of(path)
  if method == "HEAD" then method = "GET" end
  return route.methods[method] or route.any
end

-- An IPv6 customer holds a whole /64: its first four groups are one address.
local function source_of(address)
  address = address:gsub("^::[fF][fF][fF][fF]:(%d+%.)", "%1") -- IPv4, as a dual-stack socket shows it
  if not address:find(":", 1, true) then return address end
  local head, tail = address:match("^(.-)::(.*)$")
  local groups = {}
  for group in (head or address):gmatch("%x+") do table.insert(groups, group) end
  if head then
    local after = 0
    for _ in tail:gmatch("%x+") do after = after + 1 end
    for _ = #groups + 1, 8 - after do table.insert(groups, "0") end
    for group in tail:gmatch("%x+") do table.insert(groups, group) end
  end
  return table.concat(groups, ":", 1, 4)
end

local function bucket_of(key, limit, now)
  local bucket = state.fresh[key] or state.old[key]
  if not bucket then bucket = { tokens = limit.requests, at = now } end
  if not state.fresh[key] then
    if state.count >= MOST_BUCKETS then
      state.old, state.fresh, state.count = state.fresh, {}, 0
    end
    state.fresh[key] = bucket
    state.count = state.count + 1
  end
  return bucket
end

local function refuse(wait)
  r.resp_header["Content-Type"] = "application/problem+json"
  r.resp_header["Cache-Control"] = "no-store"
  r.resp_header["Retry-After"] = tostring(wait)
  r.resp_body:set({
    '{"type":"urn:gatehouse:problem:too-many-requests","title":"Too many requests","status":429,' ..
      '"detail":"too many requests from this address"}'
  })
  return 429
end

local method = r.req_attr["request.method"]
if method == "OPTIONS" then return 0 end
local limit = limit_of(r.req_attr["uri.path-raw"], method)
local now = os.time()
local bucket = bucket_of(limit.name .. limit.method .. " " .. source_of(r.req_attr["request.remote-addr"]), limit, now)
local per_second = limit.requests / limit.seconds
bucket.tokens = math.min(limit.requests, bucket.tokens + math.max(0, now - bucket.at) * per_second)
bucket.at = now
if bucket.tokens < 1 then return refuse(math.ceil((1 - bucket.tokens) / per_second)) end
bucket.tokens = bucket.tokens - 1
return 0

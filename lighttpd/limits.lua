-- SPDX-License-Identifier: Apache-2.0
-- Counts requests of one address (IPv6: one /64) and one class of limit, which many routes share, in windows that begin
-- with the first of them. Numbers and routes are printed by `gatehouse limits lighttpd`. A script starts anew for every
-- request: what counts is kept in _G with all its state, since making the functions takes longer than counting. It is
-- lost on reload, and each process of server.max-worker counts by itself, so that with N of them a limit may be N times as
-- wide. A limit is a brake, not a lock; the lock on guessing is in the database.

if _G.gatehouse_count then return _G.gatehouse_count(lighty.r) end

-- Two generations of buckets bound the memory: when one is full, the older is forgotten.
local MOST_BUCKETS = 20000
-- Lines in the log for one bucket and window: enough for fail2ban, too few to fill a disk.
local MOST_LINES = 10

-- Routes without parameters are looked up, the others matched in turn.
local function load_state()
  local directory = debug.getinfo(1, "S").source:match("^@?(.*/)") or "./"
  local table_of = dofile(directory .. "limits_table.lua")
  local state = { fresh = {}, old = {}, count = 0, exact = {}, templates = {}, rates = table_of.rates,
                  exempt = table_of.exempt, has_exempt = #table_of.exempt > 0 }
  for _, route in ipairs(table_of.routes) do
    -- A method that the route does not take is counted with what else is done there.
    route.any = route.methods.POST or route.methods.GET or select(2, next(route.methods))
    if route.path:find("{", 1, true) then
      route.pattern = "^" .. route.path:gsub("[%-%.]", "%%%0"):gsub("{[^}]*}", "[^/]+") .. "$"
      table.insert(state.templates, route)
    else
      state.exact[route.path] = route
    end
  end
  return state
end

local state = load_state()

-- What no route takes is the root's, as it is for lighttpd. Static files are no handler's.
local function route_of(path)
  if #path > 1 and path:byte(-1) == 47 then path = path:sub(1, -2) end -- a final slash makes no difference
  local exact = state.exact[path]
  if exact then return exact end
  if path:find("^/assets/") or path:find("^/docs") then return nil end
  for _, route in ipairs(state.templates) do
    if path:find(route.pattern) then return route end
  end
  return state.exact["/"]
end

local function class_of(path, method)
  local route = route_of(path)
  if not route then return nil end
  if method == "HEAD" then method = "GET" end
  return route.methods[method] or route.any
end

-- 4 bytes or 16; IPv4 as a dual-stack socket shows it is IPv4. Anything else stays as it is.
local function bytes_of(address)
  local a, b, c, d = address:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$")
  if not a then a, b, c, d = address:match("^::[fF][fF][fF][fF]:(%d+)%.(%d+)%.(%d+)%.(%d+)$") end
  if a then return string.char(a % 256, b % 256, c % 256, d % 256) end
  local head, tail = address:match("^(.-)::(.*)$")
  local groups, after = {}, {}
  for group in (head or address):gmatch("%x+") do table.insert(groups, tonumber(group, 16) % 65536) end
  for group in (tail or ""):gmatch("%x+") do table.insert(after, tonumber(group, 16) % 65536) end
  if head then
    for _ = #groups + 1, 8 - #after do table.insert(groups, 0) end
    for _, group in ipairs(after) do table.insert(groups, group) end
  end
  if #groups ~= 8 then return address end
  local bytes = {}
  for _, group in ipairs(groups) do table.insert(bytes, string.char(math.floor(group / 256), group % 256)) end
  return table.concat(bytes)
end

local function is_within(bytes, network)
  local whole, rest = math.floor(network.bits / 8), network.bits % 8
  if #bytes ~= #network.bytes or bytes:sub(1, whole) ~= network.bytes:sub(1, whole) then return false end
  if rest == 0 then return true end
  local unit = 2 ^ (8 - rest)
  return math.floor(bytes:byte(whole + 1) / unit) == math.floor(network.bytes:byte(whole + 1) / unit)
end

-- What is counted as one: an IPv6 customer holds a whole /64. IPv4 as text, which needs no reading.
local function source_of(address, bytes)
  if #bytes == 16 then return bytes:sub(1, 8) end
  if #bytes == 4 and address:find(":", 1, true) then return table.concat({ bytes:byte(1, 4) }, ".") end
  return address
end

local function is_exempt(bytes)
  for _, network in ipairs(state.exempt) do
    if is_within(bytes, network) then return true end
  end
  return false
end

local function bucket_of(class, source, rate, now)
  local key = class .. " " .. source
  local bucket = state.fresh[key]
  if not bucket then
    bucket = state.old[key] or { ends = 0 }
    if state.count >= MOST_BUCKETS then
      state.old, state.fresh, state.count = state.fresh, {}, 0
    end
    state.fresh[key] = bucket
    state.count = state.count + 1
  end
  -- Over, or of a clock that was set back.
  if now >= bucket.ends or bucket.ends > now + rate.seconds then
    bucket.left, bucket.ends, bucket.refused = rate.requests, now + rate.seconds, 0
  end
  return bucket
end

local function refuse(r, class, rate, bucket, address, wait)
  bucket.refused = bucket.refused + 1
  if bucket.refused <= MOST_LINES then print("gatehouse: 429 " .. address .. " " .. class) end
  local header = r.resp_header
  header["Content-Type"] = "application/problem+json"
  header["Cache-Control"] = "no-store"
  header["Retry-After"] = tostring(wait)
  header["X-RateLimit-Limit"] = tostring(rate.requests)
  header["X-RateLimit-Remaining"] = "0"
  header["X-RateLimit-Reset"] = tostring(wait)
  r.resp_body:set({
    '{"type":"urn:gatehouse:problem:too-many-requests","title":"Too many requests","status":429,' ..
      '"detail":"too many requests from this address"}'
  })
  return 429
end

local function count(r)
  local method = r.req_attr["request.method"]
  if method == "OPTIONS" then return 0 end
  local class = class_of(r.req_attr["uri.path-raw"], method)
  local rate = class and state.rates[class]
  if not rate then return 0 end
  local address = r.req_attr["request.remote-addr"]
  local source = address
  if state.has_exempt or address:find(":", 1, true) then
    local bytes = bytes_of(address)
    if is_exempt(bytes) then return 0 end
    source = source_of(address, bytes)
  end
  local now = os.time()
  local bucket = bucket_of(class, source, rate, now)
  local wait = bucket.ends - now
  if bucket.left < 1 then return refuse(r, class, rate, bucket, address, wait) end
  bucket.left = bucket.left - 1
  -- For limits_headers.lua, which runs when the answer is known.
  r.req_env["GATEHOUSE_RATE"] = rate.requests .. " " .. bucket.left .. " " .. wait
  return 0
end

_G.gatehouse_count = count
return count(lighty.r)

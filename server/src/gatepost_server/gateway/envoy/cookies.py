"""The response filter that keeps an app from setting the gate's cookies, or its neighbours'."""

from typing import Final

SCRIPT: Final = """
local function refused(line)
  local pair = string.match(line, "^[^;]*")
  local name = string.match(pair, "^%s*([^=]-)%s*=")
  if name == nil or name == "" then return true end
  name = string.gsub(string.gsub(string.lower(name), "^__host%-", ""), "^__secure%-", "")
  if string.find(name, "^gp_") then return true end
  for part in string.gmatch(string.sub(line, #pair + 1), "[^;]+") do
    local attribute = string.match(part, "^%s*([^=]-)%s*=") or string.match(part, "^%s*(.-)%s*$")
    if string.lower(attribute) == "domain" then return true end
  end
  return false
end

local function below(line, prefix)
  local parts = {}
  for part in string.gmatch(line, "[^;]+") do
    local path = string.match(part, "^%s*[Pp][Aa][Tt][Hh]%s*=%s*(/.*)$")
    if #parts > 0 and path and string.sub(path .. "/", 1, #prefix + 1) ~= prefix .. "/" then
      part = " Path=" .. prefix .. path
    end
    parts[#parts + 1] = part
  end
  return table.concat(parts, ";")
end

function envoy_on_response(handle)
  local headers = handle:headers()
  local prefix = headers:get("x-gp-prefix")
  if prefix then headers:remove("x-gp-prefix") end
  local count = headers:getNumValues("set-cookie")
  if count == 0 then return end
  local kept = {}
  for i = 0, count - 1 do
    local line = headers:getAtIndex("set-cookie", i)
    if not refused(line) then kept[#kept + 1] = prefix and below(line, prefix) or line end
  end
  headers:remove("set-cookie")
  for _, line in ipairs(kept) do headers:add("set-cookie", line) end
end
"""
"""Drops a Set-Cookie with our names, with `Domain=`, or without a name (browsers send the
value of such a one where a name is expected). Below a prefix, which the route names, a cookie
is for what lies there: beside it are other applications. It decides nothing about access."""

FILTER_NAME: Final = "envoy.filters.http.lua"

SET_COOKIE_FILTER: Final = {
    "name": FILTER_NAME,
    "typed_config": {
        "@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua",
        "default_source_code": {"inline_string": SCRIPT},
    },
}

NOT_HERE: Final = {
    "@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.LuaPerRoute",
    "disabled": True,
}

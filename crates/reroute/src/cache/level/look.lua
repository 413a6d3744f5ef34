-- An entry, and the tokens of its tags. KEYS: the entry, then the rows of the tags. ARGV: a fresh token for rows that are not there, and how long
-- they last in milliseconds.
local tokens = {}
for i = 2, #KEYS do
  local token = redis.pcall('GET', KEYS[i])
  if type(token) ~= 'string' then
    token = ARGV[1]
    redis.call('SET', KEYS[i], token, 'PX', ARGV[2])
  end
  tokens[i - 1] = token
end
local entry = redis.pcall('GET', KEYS[1])
if type(entry) ~= 'string' then entry = '' end
return { entry, tokens }

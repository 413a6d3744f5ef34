-- Gives back the place that was taken at a time. KEYS: the log. ARGV: the time, and the period.
local text = redis.pcall('GET', KEYS[1])
if type(text) ~= 'string' then return 0 end
local clock = redis.call('TIME')
local counted, period = tonumber(ARGV[1]), tonumber(ARGV[2])
if clock[1] * 1000000 + clock[2] >= counted + period then return 0 end
local left, done = '', false
for time, n in string.gmatch(text, '(%d+):(%d+) ') do
  n = tonumber(n)
  if not done and tonumber(time) >= counted then
    done = true
    n = n - 1
  end
  if n > 0 then left = left .. string.format('%s:%.0f ', time, n) end
end
if left == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], left, 'KEEPTTL') end
return 1

# The rates of Ruby's Liquid: ruby_rate.rb TEMPLATE DATA SECONDS OUTPUT
require "json"
require "liquid"

def rate(seconds)
  count = 0
  began = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  loop do
    10.times { yield }
    count += 10
    passed = Process.clock_gettime(Process::CLOCK_MONOTONIC) - began
    return count / passed if passed >= seconds
  end
end

source = File.read(ARGV[0])
data = JSON.parse(File.read(ARGV[1]))
seconds = ARGV[2].to_f
compiled = Liquid::Template.parse(source)
File.write(ARGV[3], compiled.render(data))
puts JSON.generate("renders" => rate(seconds) { compiled.render(data) }, "parses" => rate(seconds) { Liquid::Template.parse(source) })

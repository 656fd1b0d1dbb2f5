# Renders JSON lines as `sojourn render --batch` does, with Ruby's Liquid in its lax mode.
require "json"
require "liquid"

class Partials
  def initialize(sources)
    @sources = sources || {}
  end

  def read_template_file(name)
    @sources.fetch(name)
  end
end

STDOUT.sync = true
STDIN.each_line do |line|
  question = JSON.parse(line)
  begin
    template = Liquid::Template.parse(question["template"], line_numbers: true)
    # As static environments, so that `render` sees the data, as it sees Shopify's global objects.
    context = Liquid::Context.build(
      static_environments: question["data"] || {},
      registers: Liquid::Registers.new(file_system: Partials.new(question["templates"]))
    )
    puts JSON.generate("result" => template.render(context))
  rescue Liquid::Error => error
    puts JSON.generate("error" => error.message)
  end
end

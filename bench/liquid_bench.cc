/// Liquid: how many times a second a newsletter is rendered, and how many times it is compiled.
/// Writes what it renders to a file, for the comparison with others. Prints one JSON object.
///
///   liquid_bench TEMPLATE DATA SECONDS OUTPUT

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "base/json.h"
#include "domain/templates/liquid.h"

namespace sojourn::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

std::string text_of(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) {
    fmt::print(stderr, "{} cannot be read\n", path);
    std::exit(1);
  }
  return std::move(text).str();
}

template <typename T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  fmt::print(stderr, "{}\n", result.error().message);
  std::exit(1);
}

/// How many times a second `once` runs; it answers a number, so that nothing is left out.
template <typename Once>
double rate(double seconds, const Once& once) {
  constexpr int batch = 100;
  std::size_t sum = 0;
  std::int64_t count = 0;
  const auto begin = SteadyClock::now();
  std::chrono::duration<double> passed{};
  do {
    for (int i = 0; i < batch; ++i) sum += once();
    count += batch;
    passed = SteadyClock::now() - begin;
  } while (passed.count() < seconds);
  if (sum == 0) std::exit(1);
  return static_cast<double>(count) / passed.count();
}

int run(const char* template_path, const char* data_path, double seconds, const char* output_path) {
  using templates::LiquidTemplate;
  const std::string source = text_of(template_path);
  const Value data = must(parse_json(text_of(data_path)));
  const LiquidTemplate compiled = must(LiquidTemplate::compile(source));
  const templates::Scope scope(*data.as_object());
  const templates::RenderOptions options{.escape_html = templates::EscapeHtml::no};
  std::ofstream(output_path, std::ios::binary) << must(render(compiled, scope, options));
  const double renders = rate(seconds, [&] { return render(compiled, scope, options)->size(); });
  const double parses = rate(seconds, [&] {
    return LiquidTemplate::compile(source)->mentions("forloop") ? std::size_t{1} : std::size_t{2};
  });
  fmt::print("{{\"renders\":{:.1f},\"parses\":{:.1f}}}\n", renders, parses);
  return 0;
}

}  // namespace
}  // namespace sojourn::bench

int main(int count, char** arguments) {
  if (count != 5) {
    fmt::print(stderr, "liquid_bench TEMPLATE DATA SECONDS OUTPUT\n");
    return 2;
  }
  return sojourn::bench::run(arguments[1], arguments[2], std::atof(arguments[3]), arguments[4]);
}

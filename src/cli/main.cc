/// The `sojourn` program.

#include <fmt/format.h>
#include <sodium.h>

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "cli/backtest.h"
#include "cli/commands.h"
#include "cli/segment_eval.h"
#include "cli/serve.h"

namespace {

std::string environment_or(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

}  // namespace

int main(int argument_count, char** arguments) {
  using namespace sojourn;
  if (sodium_init() < 0) return 1;

  CLI::App program("Sojourn: marketing automation in one binary", "sojourn");
  program.set_version_flag("--version", SOJOURN_VERSION);
  program.require_subcommand(1);

  cli::ServeFlags flags;
  CLI::App* serve = program.add_subcommand("serve", "run the server");
  serve->add_option("--data", flags.data, "data folder; made where it is absent")
      ->capture_default_str();
  serve->add_option("--listen", flags.listen, "HOST:PORT; port 0 takes a free one")
      ->capture_default_str();
  serve->add_option("--store", flags.store, "sqlite:FOLDER; without it SQLite in the data folder");
  serve->add_flag("--virtual-clock", flags.virtual_clock, "let testers on loopback move time");
  serve->add_flag("--demo", flags.demo, "publish the example workspace where there is none");

  std::string folder;
  bool yes = false;
  CLI::App* plan = program.add_subcommand("plan", "show what a workspace folder would change");
  plan->add_option("DIR", folder, "workspace folder")->required();
  CLI::App* apply = program.add_subcommand("apply", "publish a workspace folder");
  apply->add_option("DIR", folder, "workspace folder")->required();
  apply->add_flag("--yes", yes, "do not ask");
  std::optional<std::int64_t> reach;
  apply->add_option("--yes-reach", reach,
                    "publish although a journey would let in so many people on one day")
      ->check(CLI::NonNegativeNumber);
  CLI::App* test = program.add_subcommand("test", "run the scenarios of a workspace folder");
  test->add_option("DIR", folder, "workspace folder")->required();
  CLI::App* backup = program.add_subcommand("backup", "copy a running server's data");
  backup->add_option("DIR", folder, "new folder on the server's machine")->required();
  cli::SegmentEvalFlags eval_flags;
  CLI::App* segment = program.add_subcommand("segment", "work with segments");
  segment->require_subcommand(1);
  CLI::App* eval = segment->add_subcommand("eval", "print who is in a segment, from files alone");
  eval->add_option("--definition", eval_flags.definition, "YAML, JSON or the text of a condition")
      ->required();
  eval->add_option("--contacts", eval_flags.contacts, "identify calls, a JSON object a line");
  eval->add_option("--events", eval_flags.events, "Segment calls with timestamps, one a line");
  eval->add_option("--at", eval_flags.at, "the instant, as RFC 3339")->required();
  eval->add_option("--segment", eval_flags.segment, "key, where the file defines several");
  eval->add_option("--zone", eval_flags.zone, "the workspace's time zone")->capture_default_str();
  cli::BacktestFlags past;
  CLI::App* backtest =
      program.add_subcommand("backtest", "what a journey would have done in a window of the past");
  backtest->add_option("JOURNEY", past.journey, "key of the journey")->required();
  backtest->add_option("--since", past.since, "RFC 3339, or a length of time before --until")
      ->capture_default_str();
  backtest->add_option("--until", past.until, "RFC 3339, or a length of time before now");
  backtest->add_option("--file", past.drafts,
                       "a draft, in place of what is published; a file or a workspace folder");
  backtest->add_option("--open-rate", past.open_rate, "share of mails opened, 0 to 1")
      ->check(CLI::Range(0.0, 1.0));
  backtest->add_option("--click-rate", past.click_rate, "share of mails clicked, 0 to 1")
      ->check(CLI::Range(0.0, 1.0));
  backtest->add_flag("--as-happened", past.as_happened,
                     "opens and clicks as the log has them of the real mails");
  backtest->add_flag("--all-journeys", past.all_journeys,
                     "replay every journey, so that their mails compete under the caps");
  backtest->add_flag("--json", past.json, "print the server's answer");
  program.footer(
      "plan, apply, backtest and backup talk to the server that SOJOURN_URL names (without it\n"
      "http://127.0.0.1:8080) with the key in SOJOURN_API_KEY.");

  CLI11_PARSE(program, argument_count, arguments);

  const cli::Server server{environment_or("SOJOURN_URL", "http://127.0.0.1:8080"),
                           environment_or("SOJOURN_API_KEY", "")};
  if (*serve) return cli::serve(flags);
  if (*plan) return cli::plan(server, folder);
  if (*apply) return cli::apply(server, folder, yes ? cli::Confirm::yes : cli::Confirm::ask, reach);
  if (*test) return cli::test(folder);
  if (*backtest) return cli::backtest(server, past);
  if (*eval) return cli::segment_eval(eval_flags);
  return cli::backup(server, folder);
}

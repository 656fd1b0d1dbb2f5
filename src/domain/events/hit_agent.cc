// What a User-Agent shows: tables of words, and the form that all browsers have.
#include <algorithm>
#include <span>
#include <string>

#include "base/text.h"
#include "domain/events/hit.h"

namespace sojourn::events {
namespace {

/// Servers that fetch an image when somebody opens the mail that shows it, on their behalf.
constexpr std::string_view image_proxies[] = {"googleimageproxy", "yahoomailproxy"};

/// Programs in which people read mail, and that do not look like browsers.
constexpr std::string_view mail_programs[] = {
    "microsoft outlook", "microsoft office", "ms-office", "msoffice",     "outlook-ios",
    "outlook-android",   "thunderbird/",     "airmail",   "postbox/",     "emclient/",
    "em client",         "lotus-notes",      "mail/",     "windows-mail", "yahoomobilemail",
    "evolution/",        "claws mail",       "sylpheed",  "eudora",       "spark/",
    "bluemail",          "k-9 mail",         "dalvik/"};

/// In what programs call themselves; people's programs do not have these.
constexpr std::string_view robot_words[] = {"bot/",
                                            "bot)",
                                            "bot;",
                                            "bot ",
                                            "bot-",
                                            "bot_",
                                            "bots",
                                            "robot",
                                            "crawl",
                                            "spider",
                                            "slurp",
                                            "preview",
                                            "monitor",
                                            "headless",
                                            "://",
                                            "www.",
                                            "mailto:",
                                            "selenium",
                                            "playwright",
                                            "puppeteer",
                                            "phantomjs",
                                            "webdriver",
                                            "lighthouse",
                                            "scraper",
                                            "favicon",
                                            "pingdom",
                                            "linkcheck",
                                            "link check",
                                            "linktiger",
                                            "validator",
                                            "checker",
                                            "fetcher",
                                            "archiver",
                                            "scanner",
                                            "contentscan",
                                            "urlscan",
                                            "sitecheck",
                                            "synthetics",
                                            "inspector",
                                            "scrapy",
                                            "nutch",
                                            "prefetch",
                                            "compatible; google",
                                            "googleagent",
                                            "google-agent",
                                            "google-read",
                                            "google favicon",
                                            "-google)",
                                            "bingpreview",
                                            "barracuda",
                                            "proofpoint",
                                            "mimecast",
                                            "safelinks",
                                            "symantec",
                                            "fireeye",
                                            "trendmicro",
                                            "zscaler",
                                            "netcraft",
                                            "nikto",
                                            "nessus",
                                            "acunetix",
                                            "qualys",
                                            "siteimprove",
                                            "dareboost",
                                            "gtmetrix",
                                            "ptst/",
                                            "appinsights",
                                            "silktide",
                                            "hardenize",
                                            "thousandeyes",
                                            "securityheaders",
                                            "zoterotranslation",
                                            "autoconfig test",
                                            "datanyze",
                                            "outbrain",
                                            "criticalcss",
                                            "cookiehub",
                                            ".com",
                                            ".org",
                                            ".net/",
                                            ".io/",
                                            "like gecko;",
                                            "like gecko,",
                                            "-agent",
                                            "imageproxy",
                                            "mailproxy"};

/// Libraries and commands with which programs, and people who try something out, fetch a page.
constexpr std::string_view library_words[] = {"httpclient", "http client", "python",  "libwww",
                                              "java/",      "okhttp",      "wget",    "curl/",
                                              "axios/",     "node-fetch",  "go-http", "httpagent"};

/// What a browser or a mail program runs on stands first in its comment.
constexpr std::string_view platforms[] = {
    "windows",    "macintosh", "x11",         "iphone",   "ipad",     "ipod",    "linux",
    "android",    "wayland",   "mobile",      "symbian",  "tizen",    "web0s",   "webos",
    "blackberry", "bb10",      "playstation", "nintendo", "smart-tv", "smarttv", "freebsd",
    "cros",       "macos",     "tablet",      "kaios"};

bool contains(std::string_view text, std::span<const std::string_view> words) {
  return std::ranges::any_of(
      words, [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

bool begins(std::string_view text, std::span<const std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return text.starts_with(word); });
}

/// An address of mail, to whom one may complain: `info@example.com`.
bool names_an_address(std::string_view agent) {
  const std::size_t at = agent.find('@');
  if (at == std::string_view::npos || at + 1 >= agent.size()) return false;
  return agent[at + 1] >= 'a' && agent[at + 1] <= 'z';
}

/// A phone's maker is called so; no other word of people's programs ends in it.
bool ends_in_bot(std::string_view agent) {
  const std::size_t at = agent.rfind("bot");
  return at != std::string_view::npos && at + 3 == agent.size();
}

std::string without_cubot(std::string agent) {
  constexpr std::string_view maker = "cubot";
  for (std::size_t at = agent.find(maker); at != std::string::npos; at = agent.find(maker, at)) {
    agent.erase(at, maker.size());
  }
  return agent;
}

/// `Mozilla/5.0 (platform; ...`, what every browser says since there is more than one.
bool has_form_of_browser(std::string_view agent) {
  if (agent.starts_with("opera/")) return true;
  constexpr std::string_view mozilla = "mozilla/";
  const std::size_t open = agent.find(" (");
  if (!agent.starts_with(mozilla) || open == std::string_view::npos || open > 12) return false;
  const std::string_view comment = agent.substr(open + 2);
  constexpr std::string_view old_browsers[] = {"compatible; msie", "compatible; konqueror"};
  if (begins(comment, old_browsers)) return true;
  if (comment.substr(0, comment.find(')')).find("compatible;") != std::string_view::npos) {
    return false;
  }
  return begins(comment, platforms);
}

bool names_itself_robot(std::string_view agent) {
  return contains(agent, robot_words) || ends_in_bot(agent) || names_an_address(agent);
}

}  // namespace

std::optional<HitReason> machine_agent(std::string_view user_agent, HitKind kind) {
  const std::string agent = without_cubot(to_lower_ascii(trimmed(user_agent)));
  if (agent.empty()) return HitReason::no_agent;
  if (kind == HitKind::open) {
    if (contains(agent, image_proxies)) return std::nullopt;
    // Apple's servers say this and no more.
    if (agent == "mozilla/5.0") return HitReason::privacy_proxy;
  }
  if (names_itself_robot(agent)) return HitReason::scanner_agent;
  if (contains(agent, mail_programs)) return std::nullopt;
  const bool is_library = contains(agent, library_words) || !has_form_of_browser(agent);
  return is_library ? std::optional(HitReason::library_agent) : std::nullopt;
}

}  // namespace sojourn::events

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "domain/templates/email_marks.h"
#include "domain/templates/email_template.h"
#include "domain/templates/html_scan.h"
#include "domain/templates/html_text.h"
#include "domain/templates/link_policy.h"
#include "domain/templates/liquid_marks.h"
#include "domain/templates/text_links.h"

namespace sojourn::templates {
namespace {

tl::unexpected<Error> in_part(std::string_view part, Error error) {
  error.message = fmt::format("{}: {}", part, error.message);
  error.field = std::string(part);
  return failure(std::move(error));
}

void sort_events(std::vector<MarkEvent>& events) {
  // Where one address ends and the next begins, the first ends first.
  const auto rank = [](const MarkEvent& event) {
    return std::pair(event.offset, event.kind == MarkEvent::Kind::end      ? 0
                                   : event.kind == MarkEvent::Kind::insert ? 1
                                                                           : 2);
  };
  std::ranges::stable_sort(events, {}, rank);
}

bool holds_liquid(const std::vector<Token>& tokens, std::size_t begin, std::size_t end) {
  return std::ranges::any_of(tokens, [&](const Token& token) {
    return token.kind == Token::Kind::output && token.begin >= begin && token.end <= end;
  });
}

}  // namespace

class EmailCompiler {
 public:
  EmailCompiler(const EmailTemplate& source, const PartialLookup& partials)
      : source_(source), options_{.partials = partials} {}

  Result<CompiledEmail> compile() {
    if (source_.html.empty() && !source_.text) {
      return failure(
          {.code = "invalid_template", .message = "expected html, text or both", .field = "html"});
    }
    TRY(subject, compile_part("subject", source_.subject));
    CompiledEmail email(std::move(subject));
    if (!source_.preheader.empty()) {
      TRY(preheader, compile_part("preheader", source_.preheader));
      email.preheader_ = std::move(preheader);
    }
    if (source_.from_name) {
      TRY(from_name, compile_part("from_name", *source_.from_name));
      email.from_name_ = std::move(from_name);
    }
    if (!source_.html.empty()) {
      TRY(html, compile_html());
      email.html_ = std::move(html);
    }
    if (source_.text) {
      TRY(text, compile_text());
      email.text_ = std::move(text);
    } else {
      email.text_ = compile_derived();
      email.text_is_derived_ = true;
    }
    warn_without_unsubscribe(email);
    email.warnings_ = std::move(warnings_);
    return email;
  }

 private:
  using Part = CompiledEmail::Part;
  using Link = CompiledEmail::Link;

  Result<LiquidTemplate> compile_part(std::string_view part, std::string_view source) {
    Result<LiquidTemplate> compiled = LiquidTemplate::compile(source, options_);
    if (!compiled) return in_part(part, compiled.error());
    keep_warnings(part, *compiled);
    return compiled;
  }

  void keep_warnings(std::string_view part, const LiquidTemplate& compiled) {
    for (const Warning& warning : compiled.warnings()) {
      warn(warning.line, fmt::format("{}: {}", part, warning.message));
    }
  }

  void warn(int line, std::string message) {
    warnings_.push_back({.line = line, .message = std::move(message)});
  }

  Result<Part> compile_html() {
    std::vector<Link> links;
    std::optional<Error> refused;
    const Marker marker = [&](std::string_view source, std::string_view unit) {
      std::vector<MarkEvent> events;
      const auto tokens = tokenize(source);
      if (!tokens) return events;  // the parser says the same, with the unit's name
      const std::string masked = masked_source(source, *tokens);
      if (const Result<void> nesting = check_html_nesting(masked); !nesting) {
        refused = nesting.error();
        return events;
      }
      const HtmlScan scan = scan_html(source, masked, *tokens);
      for (const LinkSite& site : scan.links) {
        const auto mark = static_cast<std::uint32_t>(links.size());
        events.push_back({.offset = site.begin, .kind = MarkEvent::Kind::begin, .mark = mark});
        events.push_back({.offset = site.end, .kind = MarkEvent::Kind::end, .mark = mark});
        links.push_back({.is_tracked = site.is_tracked, .label = site.label});
        check_address(source, *tokens, site);
      }
      if (unit.empty()) {
        events.push_back({.offset = scan.body_begin, .mark = preheader_mark});
        events.push_back({.offset = scan.body_end, .mark = open_pixel_mark});
      }
      sort_events(events);
      derived_.insert_or_assign(std::string(unit), derive_text(source, masked, *tokens, scan));
      return events;
    };
    const Result<LiquidTemplate> liquid = compile_marked(source_.html, options_, marker);
    if (refused) return in_part("html", *refused);
    if (!liquid) return in_part("html", liquid.error());
    keep_warnings("html", *liquid);
    return Part{.liquid = *liquid, .links = std::move(links)};
  }

  /// Tells the author at once of an address that every render would take out.
  void check_address(std::string_view source, const std::vector<Token>& tokens,
                     const LinkSite& site) {
    const std::string_view written = source.substr(site.begin, site.end - site.begin);
    const bool is_fixed = !holds_liquid(tokens, site.begin, site.end);
    const std::string url = url_of_attribute(written.substr(0, written.find("{{")));
    const std::string scheme = scheme_of(url);
    if (treatment_of(url) != LinkTreatment::refuse) return;
    if (!scheme.empty()) {
      warn(site.line,
           fmt::format("html: the scheme \"{}\" is unknown, the link is taken out", scheme));
    } else if (is_fixed && written.find("{%") == std::string_view::npos) {
      warn(site.line, fmt::format("html: \"{}\" is no absolute address, the link is taken out",
                                  url.substr(0, 80)));
    }
  }

  Result<Part> compile_text() {
    std::vector<Link> links;
    const Marker marker = [&](std::string_view source, std::string_view unit) {
      const auto tokens = tokenize(source);
      if (!tokens) return std::vector<MarkEvent>();
      FoundUrls found = find_urls(source, masked_source(source, *tokens), *tokens);
      for (const int line : found.broken_lines) {
        warn(line,
             fmt::format("text{}{}: clicks on an address with a Liquid tag in it are not counted",
                         unit.empty() ? "" : ", partial ", unit));
      }
      return mark_all(found.links, links);
    };
    const Result<LiquidTemplate> liquid = compile_marked(*source_.text, options_, marker);
    if (!liquid) return in_part("text", liquid.error());
    keep_warnings("text", *liquid);
    return Part{.liquid = *liquid, .links = std::move(links)};
  }

  /// The text made from the HTML, partials included; nothing where Liquid and HTML are entangled.
  std::optional<Part> compile_derived() {
    std::vector<Link> links;
    const CompileOptions options{
        .partials = [&](std::string_view name) -> std::optional<std::string> {
          const auto known = derived_.find(name);
          if (known == derived_.end()) return std::nullopt;
          return known->second.source;
        }};
    const Marker marker = [&](std::string_view, std::string_view unit) {
      return mark_all(derived_.find(unit)->second.links, links);
    };
    const auto main = derived_.find(std::string_view());
    if (main == derived_.end()) return std::nullopt;
    const Result<LiquidTemplate> liquid =
        compile_marked(main->second.source, options, marker, Medium::plain_text);
    if (!liquid) {
      warn(0, fmt::format("text: no text part can be made from the HTML ({}): write one",
                          liquid.error().message));
      return std::nullopt;
    }
    return Part{.liquid = *liquid, .links = std::move(links)};
  }

  static std::vector<MarkEvent> mark_all(const std::vector<TextLink>& found,
                                         std::vector<Link>& links) {
    std::vector<MarkEvent> events;
    for (const TextLink& link : found) {
      const auto mark = static_cast<std::uint32_t>(links.size());
      events.push_back({.offset = link.begin, .kind = MarkEvent::Kind::begin, .mark = mark});
      events.push_back({.offset = link.end, .kind = MarkEvent::Kind::end, .mark = mark});
      links.push_back({.is_tracked = link.is_tracked, .label = link.label});
    }
    sort_events(events);
    return events;
  }

  void warn_without_unsubscribe(const CompiledEmail& email) {
    const auto offers = [](const std::optional<Part>& part) {
      return !part || part->liquid.mentions("unsubscribe_url") ||
             part->liquid.mentions("preference_url");
    };
    if (offers(email.html_) && (offers(email.text_) || email.text_is_derived_)) return;
    warn(0, "there is no link to {{ unsubscribe_url }} or {{ preference_url }}");
  }

  const EmailTemplate& source_;
  CompileOptions options_;
  /// By the name of the partial; empty for the HTML itself.
  std::map<std::string, DerivedText, std::less<>> derived_;
  std::vector<Warning> warnings_;
};

Result<CompiledEmail> CompiledEmail::compile(const EmailTemplate& source,
                                             const PartialLookup& partials) {
  return EmailCompiler(source, partials).compile();
}

}  // namespace sojourn::templates

#include "domain/templates/liquid_lax_parser.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "domain/templates/liquid_expression_parser.h"

namespace sojourn::templates {
namespace {

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  // Bytes above ASCII: people name attributes in their own language.
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_operator(char c) {
  return c == '=' || c == '!' || c == '<' || c == '>' || c == '_' || (c >= 'a' && c <= 'z');
}

/// Whether the word stands at this place, with no letter on either side.
bool has_word(std::string_view text, std::size_t at, std::string_view word) {
  if (!text.substr(at).starts_with(word)) return false;
  const std::size_t end = at + word.size();
  return (at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]));
}

std::optional<std::string_view> joint_at(std::string_view text, std::size_t at) {
  for (const std::string_view word : {"and", "or"}) {
    if (has_word(text, at, word)) return text.substr(at, word.size());
  }
  return std::nullopt;
}

/// A condition cut at `and` and `or`, with those words as pieces of their own.
std::vector<std::string_view> pieces_of(std::string_view markup) {
  std::vector<std::string_view> pieces;
  FragmentScanner scanner(markup);
  scanner.skip_space();
  while (!scanner.at_end()) {
    const std::size_t begin = scanner.at();
    if (const auto joint = joint_at(markup, begin)) {
      pieces.push_back(*joint);
      scanner.go_to(begin + joint->size());
      scanner.skip_space();
      continue;
    }
    std::size_t end = begin;
    do {
      if (!scanner.take()) scanner.take_while([](char c) { return !is_space(c); });
      end = scanner.at();
      scanner.skip_space();
    } while (!scanner.at_end() && !joint_at(markup, scanner.at()));
    pieces.push_back(markup.substr(begin, end - begin));
  }
  return pieces;
}

/// What stands between `[` and its `]`; absent where that is missing, or beyond the limit of what
/// is nested, so that brackets that nothing closes are not looked for again and again.
std::optional<std::string_view> bracketed(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[' && ++depth > nesting_max) return std::nullopt;
    if (text[i] == ']' && --depth == 0) return text.substr(1, i - 1);
  }
  return std::nullopt;
}

}  // namespace

std::size_t FragmentScanner::fragment_end(std::size_t begin) const {
  const auto quoted_end = [this](std::size_t at) {
    const std::size_t close = text_.find(text_[at], at + 1);
    return close == std::string_view::npos ? at : close + 1;
  };
  const auto is_quote = [this](std::size_t at) { return text_[at] == '"' || text_[at] == '\''; };
  if (begin < text_.size() && is_quote(begin)) return quoted_end(begin);
  std::size_t at = begin;
  while (at < text_.size()) {
    if (is_quote(at)) {
      const std::size_t end = quoted_end(at);
      if (end == at) break;
      at = end;
    } else if (is_space(text_[at]) || text_[at] == ',' || text_[at] == '|') {
      break;
    } else {
      ++at;
    }
  }
  return at;
}

std::optional<std::string_view> FragmentScanner::take() {
  const std::size_t end = fragment_end(at_);
  if (end == at_) return std::nullopt;
  const std::string_view found = text_.substr(at_, end - at_);
  at_ = end;
  return found;
}

std::optional<std::string_view> FragmentScanner::find() {
  for (; at_ < text_.size(); ++at_) {
    if (const auto found = take()) return found;
  }
  return std::nullopt;
}

void FragmentScanner::skip_space() {
  take_while(is_space);
}

bool FragmentScanner::take_word(std::string_view word) {
  if (!has_word(text_, at_, word)) return false;
  at_ += word.size();
  return true;
}

Index LaxParser::add(Expression expression) {
  expression.line = line_;
  program_.expressions.push_back(expression);
  return static_cast<Index>(program_.expressions.size() - 1);
}

Index LaxParser::operand(std::string_view markup) {
  if (trimmed(markup) == "blank") return add({.literal = Datum(Word::blank)});
  if (trimmed(markup) == "empty") return add({.literal = Datum(Word::empty)});
  return expression(markup);
}

Index LaxParser::expression(std::string_view markup) {
  markup = trimmed(markup);
  if (markup.empty() || depth_ >= nesting_max) return nil();
  const char first = markup.front();
  const bool is_quoted = first == markup.back() && (first == '"' || first == '\'');
  if (is_quoted && markup.size() > 1) {
    return add({.literal = Datum(markup.substr(1, markup.size() - 2))});
  }
  if (const auto word = literal_word(markup)) {
    return add({.literal = word->as<Word>() == nullptr ? *word : Datum(std::string_view())});
  }
  if (const auto found = range(markup)) return *found;
  if (const auto found = number(markup)) return add({.literal = *found});
  return path(markup);
}

std::optional<Index> LaxParser::range(std::string_view markup) {
  if (!markup.starts_with('(') || !markup.ends_with(')') || markup.size() < 2) return std::nullopt;
  const std::string_view inner = trimmed(markup.substr(1, markup.size() - 2));
  const std::size_t dots = inner.rfind("..");
  if (dots == std::string_view::npos) return std::nullopt;
  const std::string_view first = trimmed(inner.substr(0, dots));
  const std::string_view last = trimmed(inner.substr(dots + 2));
  if (first.empty() || last.empty()) return std::nullopt;
  if (std::ranges::any_of(first, is_space) || std::ranges::any_of(last, is_space)) {
    return std::nullopt;
  }
  ++depth_;
  const Index begin = expression(first);
  const Index end = expression(last);
  --depth_;
  return add({.kind = Expression::Kind::range, .first = begin, .count = end});
}

/// Digits, and dots behind the first of them: only the first dot counts.
std::optional<Datum> LaxParser::number(std::string_view markup) const {
  const std::string_view digits = markup.substr(markup.starts_with('-') ? 1 : 0);
  const auto is_part = [](char c) { return is_digit(c) || c == '.'; };
  if (digits.empty() || !is_digit(digits.front()) || !std::ranges::all_of(digits, is_part)) {
    return std::nullopt;
  }
  if (digits.find('.') == std::string_view::npos) {
    std::int64_t whole = 0;
    const auto read = std::from_chars(markup.data(), markup.data() + markup.size(), whole);
    if (read.ec == std::errc()) return Datum(whole);
  }
  double real = 0;
  std::from_chars(markup.data(), markup.data() + markup.size(), real);
  return Datum(real);
}

Index LaxParser::path(std::string_view markup) {
  Few<Segment> found;
  Expression made{.kind = Expression::Kind::path};
  bool has_root = false;
  ++depth_;
  for (std::size_t at = 0; at < markup.size();) {
    const auto inner = markup[at] == '[' ? bracketed(markup.substr(at)) : std::nullopt;
    const auto is_part = [](char c) { return is_word(c) || c == '-'; };
    if (inner) {
      found.push_back({.expression = expression(*inner)});
      at += inner->size() + 2;
      has_root = true;
    } else if (is_part(markup[at])) {
      FragmentScanner scanner(markup);
      scanner.go_to(at);
      std::size_t size = scanner.take_while(is_part).size();
      if (at + size < markup.size() && markup[at + size] == '?') ++size;
      const std::string_view name = markup.substr(at, size);
      if (has_root) {
        found.push_back({.name = name});
      } else {
        made.name = program_.intern(name);
      }
      has_root = true;
      at += size;
    } else {
      ++at;
    }
  }
  --depth_;
  if (!has_root) return nil();
  made.first = append_all(program_.segments, found);
  made.count = static_cast<Index>(found.size());
  return add(made);
}

Index LaxParser::pipeline(std::string_view markup) {
  FragmentScanner scanner(markup);
  const auto value = scanner.find();
  Pipeline made{.expression = value ? expression(*value) : nil()};
  Few<FilterCall> found;
  const std::size_t bar = value ? scanner.rest().find('|') : std::string_view::npos;
  if (bar != std::string_view::npos) {
    std::string_view rest = scanner.rest().substr(bar + 1);
    // Filters are what stands between bars; a quote that is not closed parts them too.
    FragmentScanner filters(rest);
    while (!filters.at_end()) {
      const std::size_t begin = filters.at();
      while (true) {
        filters.take_while([](char c) { return is_space(c) || c == ','; });
        if (!filters.take()) break;
      }
      if (filters.at() > begin) {
        filter(rest.substr(begin, filters.at() - begin), found);
      } else {
        filters.go_to(begin + 1);
      }
    }
  }
  made.first_filter = append_all(program_.filters, found);
  made.filter_count = static_cast<Index>(found.size());
  program_.pipelines.push_back(made);
  return static_cast<Index>(program_.pipelines.size() - 1);
}

void LaxParser::filter(std::string_view markup, Few<FilterCall>& found) {
  std::size_t begin = 0;
  while (begin < markup.size() && !is_word(markup[begin])) ++begin;
  if (begin == markup.size()) return;
  FragmentScanner scanner(markup);
  scanner.go_to(begin);
  const std::string_view name = scanner.take_while(is_word);
  FilterCall call{.filter = find_filter(name), .name = name, .line = line_};
  Few<Index> positional;
  Few<NamedArgument> named;
  scanner.go_to(0);
  // An argument is a fragment behind a colon or a comma, perhaps with a name and a colon before it.
  while (!scanner.at_end()) {
    scanner.take_while([](char c) { return c != ':' && c != ','; });
    if (scanner.at_end()) break;
    scanner.go_to(scanner.at() + 1);
    const std::size_t after = scanner.at();
    scanner.skip_space();
    const std::string_view keyword = scanner.take_while(is_word);
    scanner.skip_space();
    if (!keyword.empty() && scanner.rest().starts_with(':')) {
      scanner.go_to(scanner.at() + 1);
      scanner.skip_space();
      if (const auto value = scanner.take()) {
        named.push_back({.name = keyword, .expression = expression(*value)});
        continue;
      }
    }
    scanner.go_to(after);
    scanner.skip_space();
    if (const auto value = scanner.take()) {
      positional.push_back(expression(*value));
    } else {
      scanner.go_to(after);
    }
  }
  call.first_argument = append_all(program_.lists, positional);
  call.argument_count = static_cast<Index>(positional.size());
  call.first_named = append_all(program_.named, named);
  call.named_count = static_cast<Index>(named.size());
  found.push_back(call);
}

Result<Index> LaxParser::condition(std::string_view markup) {
  const std::vector<std::string_view> pieces = pieces_of(markup);
  if (pieces.size() % 2 == 0) return failure("invalid_template", "expected a condition");
  Few<Test> found;
  for (std::size_t i = 0; i < pieces.size(); i += 2) {
    TRY(made, test(pieces[i]));
    if (i + 1 < pieces.size()) {
      const std::string_view joint = pieces[i + 1];
      if (joint != "and" && joint != "or") {
        return failure("invalid_template", "expected \"and\" or \"or\" between conditions");
      }
      made.joint = joint == "and" ? Joint::with_and : Joint::with_or;
    }
    found.push_back(made);
  }
  return append_all(program_.tests, found);
}

Result<Test> LaxParser::test(std::string_view markup) {
  FragmentScanner scanner(markup);
  const auto left = scanner.find();
  if (!left) return failure("invalid_template", "expected a condition");
  Test made{.left = operand(*left), .line = line_};
  scanner.skip_space();
  const std::string_view written = scanner.take_while(is_operator);
  if (written.empty()) return made;
  made.comparison = comparison_named(written);
  made.written = written;
  scanner.skip_space();
  if (const auto right = scanner.take()) made.right = operand(*right);
  return made;
}

std::vector<std::pair<std::string_view, std::string_view>> LaxParser::attributes(
    std::string_view markup) {
  std::vector<std::pair<std::string_view, std::string_view>> found;
  FragmentScanner scanner(markup);
  while (!scanner.at_end()) {
    const std::size_t begin = scanner.at();
    if (is_word(markup[begin])) {
      const auto name = scanner.take_while([](char c) { return is_word(c) || c == '-'; });
      scanner.skip_space();
      if (scanner.rest().starts_with(':')) {
        scanner.go_to(scanner.at() + 1);
        scanner.skip_space();
        if (const auto value = scanner.take()) {
          found.emplace_back(name, *value);
          continue;
        }
      }
      scanner.go_to(begin + name.size());
    } else {
      scanner.go_to(begin + 1);
    }
  }
  return found;
}

}  // namespace sojourn::templates

#include "domain/templates/liquid_tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace sojourn::templates {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

/// A tag or output as it stands in the source.
struct Construct {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string_view content;
  bool trims_left = false;
  bool trims_right = false;
};

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view source) : source_(source) {}

  Result<std::vector<Token>> tokens() {
    while (at_ < source_.size()) {
      const std::size_t open = next_open(at_);
      add_text(open);
      if (open == source_.size()) break;
      if (source_[open + 1] == '{') {
        TRY_VOID(take_output(open));
      } else {
        TRY_VOID(take_tag(open));
      }
    }
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] std::size_t next_open(std::size_t from) const {
    while (true) {
      const std::size_t brace = source_.find('{', from);
      if (brace == std::string_view::npos || brace + 1 >= source_.size()) return source_.size();
      if (source_[brace + 1] == '{' || source_[brace + 1] == '%') return brace;
      from = brace + 1;
    }
  }

  int line_at(std::size_t offset) {
    line_ +=
        static_cast<int>(std::count(source_.begin() + static_cast<std::ptrdiff_t>(counted_to_),
                                    source_.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
    counted_to_ = offset;
    return line_;
  }

  tl::unexpected<Error> not_closed(std::size_t open, std::string_view expected) {
    return failure(template_error({}, line_at(open), fmt::format("expected {}", expected)));
  }

  std::optional<Construct> construct(std::size_t open, std::string_view close) {
    const std::size_t end = source_.find(close, open + 2);
    if (end == std::string_view::npos) return std::nullopt;
    Construct found{
        .begin = open, .end = end + 2, .content = source_.substr(open + 2, end - open - 2)};
    if (found.content.starts_with('-')) {
      found.trims_left = true;
      found.content.remove_prefix(1);
    }
    if (found.content.ends_with('-')) {
      found.trims_right = true;
      found.content.remove_suffix(1);
    }
    return found;
  }

  void add_text(std::size_t end) {
    if (end == at_) return;
    std::string_view content = source_.substr(at_, end - at_);
    if (trims_next_) {
      while (!content.empty() && is_space(content.front())) content.remove_prefix(1);
    }
    trims_next_ = false;
    tokens_.push_back({.kind = Token::Kind::text,
                       .begin = at_,
                       .end = end,
                       .content = content,
                       .line = line_at(at_)});
    at_ = end;
  }

  void trim_last() {
    if (tokens_.empty() || tokens_.back().kind != Token::Kind::text) return;
    std::string_view& content = tokens_.back().content;
    while (!content.empty() && is_space(content.back())) content.remove_suffix(1);
  }

  void add(Token::Kind kind, const Construct& construct) {
    if (construct.trims_left) trim_last();
    tokens_.push_back({.kind = kind,
                       .begin = construct.begin,
                       .end = construct.end,
                       .content = construct.content,
                       .line = line_at(construct.begin)});
    at_ = construct.end;
    trims_next_ = construct.trims_right;
  }

  Result<void> take_output(std::size_t open) {
    const std::optional<Construct> output = construct(open, "}}");
    // The first brace closes, so that what lacks its second is found where it stands.
    if (!output || output->end - 2 != source_.find('}', open + 2))
      return not_closed(open, "}} to close {{");
    add(Token::Kind::output, *output);
    return {};
  }

  Result<void> take_tag(std::size_t open) {
    std::optional<Construct> tag = construct(open, "%}");
    if (!tag) return not_closed(open, "%} to close {%");
    const TagParts parts = split_tag(tag->content);
    if (parts.name == "comment" || parts.name == "doc") return take_comment(*tag, parts.name);
    if (parts.name == "raw") {
      if (parts.markup.empty()) return take_raw(*tag);
      return not_closed(open, "nothing after raw");
    }
    const bool is_comment = parts.name.empty() && parts.markup.starts_with('#');
    if (is_comment) {
      for (const std::string_view line : split(parts.markup, '\n')) {
        if (trimmed(line).empty() || trimmed(line).starts_with('#')) continue;
        return not_closed(open, "# at the beginning of each line of the comment");
      }
    }
    add(is_comment ? Token::Kind::comment : Token::Kind::tag, *tag);
    return {};
  }

  Result<void> take_comment(Construct opening, std::string_view name) {
    const std::string closing = fmt::format("end{}", name);
    int depth = 1;
    std::size_t from = opening.end;
    while (true) {
      const std::size_t open = source_.find("{%", from);
      const std::optional<Construct> tag =
          open == std::string_view::npos ? std::nullopt : construct(open, "%}");
      if (!tag) return not_closed(opening.begin, fmt::format("{{% {} %}}", closing));
      const std::string_view inner = split_tag(tag->content).name;
      from = tag->end;
      if (name == "comment" && inner == "raw") from = past_raw(from);
      if (name == "comment" && inner == name) ++depth;
      if (name == "doc" && inner == name) return not_closed(open, "no doc inside of doc");
      if (inner == closing) --depth;
      if (depth > 0) continue;
      opening.end = tag->end;
      opening.trims_right = tag->trims_right;
      add(Token::Kind::comment, opening);
      return {};
    }
  }

  [[nodiscard]] bool opens_endraw(std::size_t open) const {
    std::string_view rest = source_.substr(open + 2);
    if (rest.starts_with('-')) rest.remove_prefix(1);
    while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
    return split_tag(rest.substr(0, std::string_view("endraw ").size())).name == "endraw";
  }

  /// Where the raw text that begins here ends; where it begins if it does not end.
  std::size_t past_raw(std::size_t begin) {
    if (begin >= no_endraw_from_) return begin;  // or every raw would search to the end
    for (std::size_t open = source_.find("{%", begin); open != std::string_view::npos;
         open = source_.find("{%", open + 2)) {
      if (!opens_endraw(open)) continue;
      const std::optional<Construct> tag = construct(open, "%}");
      return tag ? tag->end : begin;
    }
    no_endraw_from_ = begin;
    return begin;
  }

  Result<void> take_raw(const Construct& opening) {
    std::size_t from = opening.end;
    while (true) {
      const std::size_t open = source_.find("{%", from);
      if (open == std::string_view::npos) {
        return not_closed(opening.begin, "{% endraw %}");
      }
      // What stands between may look like a tag that is not closed: only endraw counts.
      if (!opens_endraw(open)) {
        from = open + 2;
        continue;
      }
      const std::optional<Construct> tag = construct(open, "%}");
      if (!tag) return not_closed(opening.begin, "{% endraw %}");
      add(Token::Kind::comment, opening);
      const int line = line_at(opening.end);
      tokens_.push_back({.kind = Token::Kind::raw,
                         .begin = opening.end,
                         .end = open,
                         .content = source_.substr(opening.end, open - opening.end),
                         .line = line});
      add(Token::Kind::comment, *tag);
      return {};
    }
  }

  std::string_view source_;
  std::vector<Token> tokens_ = {};
  std::size_t at_ = 0;
  bool trims_next_ = false;
  std::size_t no_endraw_from_ = std::string_view::npos;
  int line_ = 1;
  std::size_t counted_to_ = 0;
};

}  // namespace

Result<std::vector<Token>> tokenize(std::string_view source) {
  return Tokenizer(source).tokens();
}

TagParts split_tag(std::string_view content) {
  content = trimmed(content);
  std::size_t size = 0;
  while (size < content.size() && is_word(content[size])) ++size;
  return {.name = content.substr(0, size), .markup = trimmed(content.substr(size))};
}

Error template_error(std::string_view unit, int line, std::string_view what) {
  std::string message = unit.empty() ? fmt::format("line {}: {}", line, what)
                                     : fmt::format("partial {}, line {}: {}", unit, line, what);
  return {.code = "invalid_template",
          .message = std::move(message),
          .field = std::string(unit),
          .value = std::to_string(line)};
}

}  // namespace sojourn::templates

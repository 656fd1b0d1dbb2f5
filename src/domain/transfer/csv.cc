#include "domain/transfer/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace sojourn::transfer {
namespace {

/// Records at which detect_separator() looks.
constexpr std::size_t records_looked_at = 20;

bool ends_line(char c) {
  return c == '\n' || c == '\r';
}

/// One pass over one record.
class RecordReader {
 public:
  RecordReader(std::string_view text, char separator, MoreText more)
      : text_(text), separator_(separator), is_last_(more == MoreText::ends) {}

  std::optional<CsvRecord> read() {
    while (true) {
      if (record_.fields.size() == csv_fields_max) {
        return refuse(fmt::format("the row has more than {} fields", csv_fields_max));
      }
      const bool is_quoted = place_ < text_.size() && text_[place_] == '"';
      const State state = is_quoted ? read_quoted() : read_bare();
      switch (state) {
        case State::field:
          break;
        case State::record:
          record_.size_bytes = place_;
          return std::move(record_);
        case State::starved:
          return starved();
        case State::refused:
          return refuse("text follows a closing quote");
      }
    }
  }

 private:
  enum class State { field, record, starved, refused };

  State read_bare() {
    const std::size_t begin = place_;
    while (place_ < text_.size() && text_[place_] != separator_ && !ends_line(text_[place_])) {
      ++place_;
    }
    if (place_ == text_.size() && !is_last_) return State::starved;
    return end_field(std::string(text_.substr(begin, place_ - begin)), begin == 0);
  }

  State read_quoted() {
    std::string value;
    ++place_;
    while (true) {
      const std::size_t quote = text_.find('"', place_);
      if (quote == std::string_view::npos) return State::starved;
      value.append(text_.substr(place_, quote - place_));
      place_ = quote + 1;
      if (place_ == text_.size() && !is_last_) return State::starved;
      if (place_ == text_.size() || text_[place_] != '"') break;
      value.push_back('"');
      ++place_;
    }
    return end_field(std::move(value), false);
  }

  /// `place_` is behind the field's last character.
  State end_field(std::string value, bool began_record) {
    if (place_ < text_.size() && text_[place_] == separator_) {
      record_.fields.push_back(std::move(value));
      ++place_;
      return State::field;
    }
    if (place_ < text_.size() && !ends_line(text_[place_])) return State::refused;
    const bool has_cr = place_ < text_.size() && text_[place_] == '\r';
    if (has_cr && place_ + 1 == text_.size() && !is_last_) return State::starved;
    record_.is_blank = began_record && value.empty();
    record_.fields.push_back(std::move(value));
    if (place_ < text_.size()) ++place_;
    if (has_cr && place_ < text_.size() && text_[place_] == '\n') ++place_;
    return State::record;
  }

  std::optional<CsvRecord> starved() {
    if (text_.size() >= csv_record_bytes_max) {
      return refuse(fmt::format("the row is longer than {} bytes: a quote may not be closed",
                                csv_record_bytes_max));
    }
    if (!is_last_) return std::nullopt;
    return refuse("a quote is not closed");
  }

  /// Goes on at the next line: what follows a stray quote is judged again.
  std::optional<CsvRecord> refuse(std::string message) {
    const std::size_t end = text_.find('\n');
    CsvRecord refused;
    refused.size_bytes = end == std::string_view::npos ? text_.size() : end + 1;
    refused.problem = Error{.code = "malformed_csv", .message = std::move(message)};
    return refused;
  }

  const std::string_view text_;
  const char separator_;
  const bool is_last_;
  std::size_t place_ = 0;
  CsvRecord record_;
};

bool begins_formula(char c) {
  return c == '=' || c == '+' || c == '-' || c == '@' || c == '\t' || c == '\r';
}

/// Apostrophes and then the beginning of a formula.
bool looks_like_formula(std::string_view text) {
  const std::size_t first = text.find_first_not_of('\'');
  return first != std::string_view::npos && begins_formula(text[first]);
}

void append_field(std::string& out, std::string_view field, char separator) {
  const bool needs_quotes = std::any_of(field.begin(), field.end(), [&](char c) {
    return c == separator || c == '"' || ends_line(c);
  });
  if (!needs_quotes) {
    out.append(field);
    return;
  }
  out.push_back('"');
  for (const char c : field) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

/// How many fields each of the first records has; zero where they differ.
std::size_t common_field_count(std::string_view text, char separator, MoreText more) {
  std::size_t common = 0;
  for (std::size_t records = 0; records < records_looked_at && !text.empty();) {
    const std::optional<CsvRecord> record = read_csv_record(text, separator, more);
    // The last line of what is looked at may be cut off.
    if (!record) break;
    text.remove_prefix(record->size_bytes);
    if (record->is_blank) continue;
    if (record->problem) return 0;
    if (common != 0 && common != record->fields.size()) return 0;
    common = record->fields.size();
    ++records;
  }
  return common;
}

}  // namespace

std::optional<CsvRecord> read_csv_record(std::string_view text, char separator, MoreText more) {
  const bool is_cut = text.size() > csv_record_bytes_max;
  return RecordReader(text.substr(0, csv_record_bytes_max), separator,
                      is_cut ? MoreText::follows : more)
      .read();
}

char detect_separator(std::string_view text, MoreText more) {
  static constexpr std::array<char, 3> candidates = {',', ';', '\t'};
  char best = ',';
  std::size_t most = 1;
  for (const char candidate : candidates) {
    const std::size_t count = common_field_count(text, candidate, more);
    if (count <= most) continue;
    best = candidate;
    most = count;
  }
  return best;
}

void append_csv_record(std::string& out, const std::vector<std::string>& fields, char separator) {
  if (fields.size() == 1 && fields.front().empty()) {
    out += "\"\"\r\n";
    return;
  }
  for (std::size_t index = 0; index < fields.size(); ++index) {
    if (index > 0) out.push_back(separator);
    append_field(out, fields[index], separator);
  }
  out += "\r\n";
}

std::string guarded(std::string_view text) {
  return looks_like_formula(text) ? fmt::format("'{}", text) : std::string(text);
}

std::string_view unguarded(std::string_view text) {
  if (text.starts_with('\'') && looks_like_formula(text)) text.remove_prefix(1);
  return text;
}

std::size_t byte_order_mark_bytes(std::string_view text) {
  static constexpr std::string_view mark = "\xef\xbb\xbf";
  return text.starts_with(mark) ? mark.size() : 0;
}

}  // namespace sojourn::transfer

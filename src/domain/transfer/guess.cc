#include "domain/transfer/guess.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"
#include "domain/transfer/convert.h"
#include "domain/transfer/csv.h"

namespace sojourn::transfer {
namespace {

struct KnownWord {
  std::string_view word;
  Role role;
  std::string_view name = {};  ///< of an attribute
};

constexpr std::array known_words = {
    KnownWord{"userid", Role::user_id},
    KnownWord{"customerid", Role::user_id},
    KnownWord{"contactid", Role::user_id},
    KnownWord{"externalid", Role::user_id},
    KnownWord{"id", Role::user_id},
    KnownWord{"anonymousid", Role::anonymous_id},
    KnownWord{"email", Role::email},
    KnownWord{"emailaddress", Role::email},
    KnownWord{"mail", Role::email},
    KnownWord{"traits", Role::attributes},
    KnownWord{"firstname", Role::attribute, "firstName"},
    KnownWord{"givenname", Role::attribute, "firstName"},
    KnownWord{"lastname", Role::attribute, "lastName"},
    KnownWord{"familyname", Role::attribute, "lastName"},
    KnownWord{"surname", Role::attribute, "lastName"},
    KnownWord{"phone", Role::attribute, "phone"},
    KnownWord{"phonenumber", Role::attribute, "phone"},
    KnownWord{"mobile", Role::attribute, "phone"},
    KnownWord{"country", Role::attribute, "country"},
    KnownWord{"language", Role::attribute, "language"},
    KnownWord{"timezone", Role::attribute, "timezone"},
};
constexpr std::array event_words = {
    KnownWord{"event", Role::event},
    KnownWord{"eventname", Role::event},
    KnownWord{"timestamp", Role::time},
    KnownWord{"time", Role::time},
    KnownWord{"date", Role::time},
    KnownWord{"eventtime", Role::time},
    KnownWord{"occurredat", Role::time},
    KnownWord{"createdat", Role::time},
    KnownWord{"properties", Role::properties},
    KnownWord{"messageid", Role::ignore},
    KnownWord{"type", Role::ignore},
    KnownWord{"context", Role::ignore},
    KnownWord{"receivedat", Role::ignore},
};
/// What identify calls have besides, which says nothing of the contact.
constexpr std::array call_words = {
    KnownWord{"type", Role::ignore}, KnownWord{"messageid", Role::ignore},
    KnownWord{"timestamp", Role::ignore}, KnownWord{"context", Role::ignore}};

std::string letters_of(std::string_view header) {
  std::string letters;
  for (const char c : to_lower_ascii(header)) {
    const bool is_plain =
        (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
    if (is_plain) letters.push_back(c);
  }
  return letters;
}

template <typename Words>
const KnownWord* find_word(const Words& words, std::string_view header) {
  const std::string letters = letters_of(header);
  const auto found = std::find_if(words.begin(), words.end(),
                                  [&](const KnownWord& known) { return known.word == letters; });
  return found == words.end() ? nullptr : &*found;
}

/// Whether every cell that is not empty can be read as the column says; false where all are empty.
bool fits_all(const Column& column, const std::vector<std::string>& cells) {
  bool has_any = false;
  for (const std::string& cell : cells) {
    const std::string_view plain = unguarded(cell);
    if (trimmed(plain).empty()) continue;
    has_any = true;
    if (!convert(plain, column, "UTC")) return false;
  }
  return has_any;
}

/// `007` and `+49…` are names of things, not amounts.
bool has_code(const std::vector<std::string>& cells) {
  return std::any_of(cells.begin(), cells.end(), [](const std::string& cell) {
    const std::string_view text = trimmed(unguarded(cell));
    const bool is_digits = text.find_first_not_of("0123456789") == std::string_view::npos;
    const bool has_zero = is_digits && text.size() > 1 && text[0] == '0';
    return text.starts_with('+') || has_zero;
  });
}

bool has_point(const std::vector<std::string>& cells) {
  return std::any_of(cells.begin(), cells.end(),
                     [](const std::string& cell) { return cell.find('.') != std::string::npos; });
}

class Guesser {
 public:
  explicit Guesser(Subject subject) { guess_.mapping.subject = subject; }

  void add(std::string header, const std::vector<std::string>* cells) {
    Column column{.header = std::move(header)};
    if (trimmed(column.header).empty()) {
      note(column, "empty_header", "a column without a header is ignored");
    } else if (!headers_.insert(column.header).second) {
      note(column, "repeated_header",
           fmt::format("\"{}\" is the header of several columns; the first is taken",
                       column.header));
    } else {
      const bool is_known = choose(column, cells == nullptr);
      if (is_named(column) && !is_known && cells != nullptr) choose_type(column, *cells);
      if (column.role == Role::time && cells != nullptr) choose_date(column, *cells);
      if (cells == nullptr) column.type = ValueType::json;
    }
    guess_.mapping.columns.push_back(std::move(column));
  }

  void ignore(std::string header) {
    guess_.mapping.columns.push_back({.header = std::move(header), .role = Role::ignore});
  }

  Guess finish() {
    const Result<void> checked = check(guess_.mapping);
    if (!checked) guess_.notes.push_back({"", checked.error().code, checked.error().message});
    return std::move(guess_);
  }

 private:
  static bool is_named(const Column& column) {
    return column.role == Role::attribute || column.role == Role::property;
  }

  /// Role and name; true where the header is a known word. Those attributes are text: the country
  /// `NO` is no boolean.
  bool choose(Column& column, bool is_json) {
    const bool is_events = guess_.mapping.subject == Subject::events;
    const KnownWord* word = find_word(known_words, column.header);
    // An id, a name or a country within a file of events is more often the order's than the
    // contact's.
    const bool is_loose = word != nullptr && (word->word == "id" || word->role == Role::attribute);
    if (is_events && is_loose) word = nullptr;
    if (word == nullptr && is_events) word = find_word(event_words, column.header);
    if (word == nullptr && is_json && !is_events) word = find_word(call_words, column.header);
    column.role = is_events ? Role::property : Role::attribute;
    column.name = column.header;
    if (word == nullptr) return false;
    const bool is_free = taken_.emplace(word->role, word->name).second;
    if (!is_free && word->role != Role::ignore) return false;
    column.role = word->role;
    column.name = word->name;
    return true;
  }

  void choose_type(Column& column, const std::vector<std::string>& cells) {
    const auto can_be = [&](ValueType type, DecimalSign sign = DecimalSign::point) {
      column.type = type;
      column.decimal = sign;
      return fits_all(column, cells);
    };
    if (has_code(cells)) {
      column.type = ValueType::text;
      return;
    }
    if (can_be(ValueType::number)) return;
    if (!has_point(cells) && can_be(ValueType::number, DecimalSign::comma)) return;
    column.decimal = DecimalSign::point;
    if (can_be(ValueType::boolean)) return;
    if (choose_date(column, cells)) {
      column.type = ValueType::date;
      return;
    }
    const bool is_listed = std::all_of(cells.begin(), cells.end(), [](const std::string& cell) {
      return trimmed(cell).empty() || trimmed(cell).starts_with('[');
    });
    if (is_listed && can_be(ValueType::list)) return;
    column.type = ValueType::text;
  }

  /// True where exactly one way of writing dates fits every cell.
  bool choose_date(Column& column, const std::vector<std::string>& cells) {
    Column trial = column;
    trial.type = ValueType::date;
    const auto can_be = [&](DateFormat format) {
      trial.date = format;
      return fits_all(trial, cells);
    };
    const bool is_time = column.role == Role::time;
    if (can_be(DateFormat::iso) || (is_time && can_be(DateFormat::unix_time))) {
      column.date = trial.date;
      return true;
    }
    const bool day_first = can_be(DateFormat::day_month_year);
    const bool month_first = can_be(DateFormat::month_day_year);
    if (day_first && month_first) {
      note(column, "ambiguous_date",
           fmt::format("\"{}\" holds dates whose day and month could be either way round",
                       column.header));
      return false;
    }
    if (day_first) column.date = DateFormat::day_month_year;
    if (month_first) column.date = DateFormat::month_day_year;
    return day_first || month_first;
  }

  void note(const Column& column, std::string code, std::string message) {
    guess_.notes.push_back({column.header, std::move(code), std::move(message)});
  }

  Guess guess_;
  std::set<std::string> headers_;
  std::set<std::pair<Role, std::string_view>> taken_;
};

}  // namespace

Guess guess(Subject subject, const std::vector<SampleColumn>& columns) {
  Guesser guesser(subject);
  const bool is_corrected = std::equal(
      bad_row_headers.begin(), bad_row_headers.end(), columns.begin(),
      columns.begin() +
          static_cast<std::ptrdiff_t>(std::min(columns.size(), bad_row_headers.size())),
      [](std::string_view header, const SampleColumn& column) { return column.header == header; });
  for (std::size_t index = 0; index < columns.size(); ++index) {
    if (is_corrected && index < bad_row_headers.size()) {
      guesser.ignore(columns[index].header);
    } else {
      guesser.add(columns[index].header, &columns[index].cells);
    }
  }
  return guesser.finish();
}

Guess guess_json(Subject subject, const std::vector<std::string>& names) {
  Guesser guesser(subject);
  for (const std::string& name : names) guesser.add(name, nullptr);
  return guesser.finish();
}

Subject guess_subject(const std::vector<std::string>& headers) {
  const bool has_event = std::any_of(headers.begin(), headers.end(), [](const std::string& header) {
    const KnownWord* word = find_word(event_words, header);
    return word != nullptr && word->role == Role::event;
  });
  return has_event ? Subject::events : Subject::contacts;
}

}  // namespace sojourn::transfer

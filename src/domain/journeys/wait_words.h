#pragma once

/// The words that waits and schedules are written with: times of day, days of the week, lengths of
/// time, and an ordered reader over them whose errors name the column.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "domain/journeys/wait_expression.h"

namespace sojourn::journeys {

inline constexpr Weekdays working_days = 0x1f;
inline constexpr Weekdays weekend_days = 0x60;

/// `monday`, `mondays`, `mon`, `weekdays`, `weekends`, `mon-fri`; absent for other words.
[[nodiscard]] std::optional<Weekdays> read_weekdays(std::string_view word);
/// `weekdays`, or the names of the days with commas.
[[nodiscard]] std::string weekdays_text(Weekdays weekdays);
/// `09:00`, and the seconds where there are any.
[[nodiscard]] std::string time_text(TimeOfDay time);
/// In quotation marks where it would not be read as one word.
[[nodiscard]] std::string name_text(const std::string& name);
/// 0 where the word is no number of one or two digits.
[[nodiscard]] int read_small_number(std::string_view word);

/// Reads words from the left. What is asked for and not there is an error with the code, the
/// column (in bytes, from 1), what was expected and what was found.
class WordReader {
 public:
  WordReader(std::string_view text, std::string_view code);

  /// Refuses a quotation mark without its twin.
  [[nodiscard]] Result<void> check() const;
  [[nodiscard]] bool at_end() const { return place_ + 1 == words_.size(); }
  /// The next word, or one behind it; empty at the end.
  [[nodiscard]] const std::string& peek(std::size_t ahead = 0) const;
  [[nodiscard]] bool is(std::string_view word, std::size_t ahead = 0) const;
  [[nodiscard]] bool is_length(std::size_t ahead = 0) const;
  [[nodiscard]] bool is_time() const;
  void skip() { ++place_; }
  bool take(std::string_view word);

  [[nodiscard]] tl::unexpected<Error> refuse(std::string_view message) const;
  [[nodiscard]] tl::unexpected<Error> expected(std::string_view what) const;

  enum class EndOfDay : std::uint8_t { refused, allowed };
  /// `09:00`, `9:00`, `09:00:30`, `9am`, `9:30 pm`, `noon`, `midnight`; 24:00 where it is allowed.
  Result<TimeOfDay> time(EndOfDay end_of_day = EndOfDay::refused);
  /// The same after `at`; also without it. Absent where there is neither.
  Result<std::optional<TimeOfDay>> at_time();
  /// `monday, wednesday and friday`, `mon-fri`, `monday to friday`
  Result<Weekdays> weekdays();
  /// `2 days`, `2d`, `a week`, `1.5 hours`, `2 calendar days`, `3 months`. Exact ones beside each
  /// other are one: `1h 30m`, `2 days and 3 hours`.
  Result<Span> span(std::string_view what);
  /// `in Europe/Paris`; empty where there is none.
  Result<std::string> zone();
  /// A word, or a text in quotation marks.
  Result<std::string> name(std::string_view what);
  /// The ordinal of a day of the month, `15th` or `15`; 0 where there is none. Takes nothing.
  [[nodiscard]] int day_number(std::size_t ahead = 0) const;

 private:
  struct Word {
    std::string text;
    std::size_t column = 1;
    bool quoted = false;
  };
  struct Found {
    TimeOfDay time;
    std::size_t words;
  };

  void read_words(std::string_view text);
  [[nodiscard]] const Word& word(std::size_t ahead) const;
  [[nodiscard]] std::optional<Found> find_time() const;
  Result<Span> one_span(std::string_view what);

  const std::string code_;
  std::vector<Word> words_;
  std::size_t place_ = 0;
  std::size_t open_quote_ = 0;  ///< its column; 0: none
};

}  // namespace sojourn::journeys

#include <fmt/format.h>

#include "base/text.h"
#include "domain/templates/email_marks.h"
#include "domain/templates/email_template.h"
#include "domain/templates/html_text.h"
#include "domain/templates/link_policy.h"
#include "domain/templates/liquid_marks.h"
#include "domain/templates/open_pixel.h"
#include "domain/templates/render_with_catalogs.h"
#include "domain/templates/utf8.h"

namespace sojourn::templates {
namespace {

tl::unexpected<Error> in_part(std::string_view part, Error error) {
  error.message = fmt::format("{}: {}", part, error.message);
  error.field = std::string(part);
  return failure(std::move(error));
}

/// A header's text: control characters and line breaks (C0, C1, U+2028, U+2029) are spaces, and
/// spaces in a row are one. Nothing that data holds can begin a header of its own.
std::string one_line(std::string_view text) {
  std::string line;
  bool has_space = false;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    const bool is_control = point.value <= 0x20 || (point.value >= 0x7f && point.value <= 0x9f) ||
                            point.value == 0x2028 || point.value == 0x2029;
    if (is_control) {
      has_space = !line.empty();
    } else {
      if (has_space) line += ' ';
      has_space = false;
      line += text.substr(0, point.bytes);
    }
    text.remove_prefix(point.bytes);
  }
  return line;
}

bool begins_with(std::string_view url, std::string_view own) {
  return !own.empty() && url.starts_with(own);
}

/// Ways out must work even where counting does not: they are never replaced.
bool is_own_address(const LinkTargets& targets, std::string_view url) {
  return begins_with(url, targets.unsubscribe_url) || begins_with(url, targets.preference_url) ||
         begins_with(url, targets.confirm_url) || begins_with(url, targets.view_online_url);
}

}  // namespace

class EmailRenderer {
 public:
  EmailRenderer(const CompiledEmail& email, const Scope& data, const RenderOptions& options,
                const LinkTargets& targets, catalogs::Catalogs* catalogs)
      : email_(email), data_(data), options_(options), targets_(targets), catalogs_(catalogs) {
    data_.add_text("unsubscribe_url", targets.unsubscribe_url);
    data_.add_text("preference_url", targets.preference_url);
    data_.add_text("confirm_url", targets.confirm_url);
    data_.add_text("view_online_url", targets.view_online_url);
    data_.add_text("assets_url", targets.assets_url);
  }

  Result<RenderedEmail> render() {
    TRY(subject, plain("subject", email_.subject_));
    rendered_.subject = one_line(subject);
    if (rendered_.subject.size() > subject_bytes_max) {
      return failure({.code = "subject_too_long",
                      .message = fmt::format("subject is {} bytes, the limit is {}",
                                             rendered_.subject.size(), subject_bytes_max),
                      .field = "subject",
                      .value = std::to_string(rendered_.subject.size()),
                      .limit = std::to_string(subject_bytes_max)});
    }
    if (email_.from_name_) {
      TRY(from_name, plain("from_name", *email_.from_name_));
      rendered_.from_name = one_line(from_name);
    }
    if (email_.html_) {
      TRY_VOID(render_html());
    }
    if (email_.text_) {
      TRY_VOID(render_text());
    }
    return std::move(rendered_);
  }

 private:
  using Link = CompiledEmail::Link;

  /// Replaces the addresses of the HTML.
  class HtmlMarks final : public MarkListener {
   public:
    HtmlMarks(EmailRenderer& email, std::string_view preheader)
        : email_(email), preheader_(preheader) {}

    void on_stretch(std::uint32_t mark, std::string& output, std::size_t start) override {
      const Link& link = email_.email_.html_->links[mark];
      const std::string url = url_of_attribute(std::string_view(output).substr(start));
      switch (treatment_of(url)) {
        case LinkTreatment::keep:
          return;
        case LinkTreatment::refuse:
          output.replace(start, std::string::npos, "#");
          return;
        case LinkTreatment::track:
          break;
      }
      if (const std::optional<std::string> click = email_.click_address(link, url)) {
        output.replace(start, std::string::npos, escape_html(*click));
      }
    }

    void on_insert(std::uint32_t mark, std::string& output) override {
      if (mark == preheader_mark) {
        if (!preheader_.empty()) {
          output += fmt::format(
              "<div style=\"display:none;max-height:0;overflow:hidden;mso-hide:all\">{}</div>",
              escape_html(preheader_));
        }
        preheader_ = {};
      } else if (!has_pixel_) {
        has_pixel_ = true;
        output += open_pixel(email_.targets_.open_pixel_url);
      }
    }

    [[nodiscard]] bool has_pixel() const { return has_pixel_; }

   private:
    EmailRenderer& email_;
    std::string_view preheader_;
    bool has_pixel_ = false;
  };

  /// Replaces the addresses in a text that its author wrote.
  class TextMarks final : public MarkListener {
   public:
    explicit TextMarks(EmailRenderer& email) : email_(email) {}

    void on_stretch(std::uint32_t mark, std::string& output, std::size_t start) override {
      const std::string url = output.substr(start);
      if (treatment_of(url) != LinkTreatment::track) return;
      const auto click = email_.click_address(email_.email_.text_->links[mark], url);
      if (click) output.replace(start, std::string::npos, *click);
    }

    void on_insert(std::uint32_t, std::string&) override {}

   private:
    EmailRenderer& email_;
  };

  /// Writes the address of a link behind its text, in a text part made from HTML.
  class DerivedMarks final : public MarkListener {
   public:
    explicit DerivedMarks(EmailRenderer& email) : email_(email) {}

    void on_stretch(std::uint32_t mark, std::string& output, std::size_t start) override {
      const std::string url = url_of_text(output.substr(start));
      output.resize(start);
      switch (treatment_of(url)) {
        case LinkTreatment::refuse:
          return;
        case LinkTreatment::keep:
          keep(url, output);
          return;
        case LinkTreatment::track:
          break;
      }
      const auto click = email_.click_address(email_.email_.text_->links[mark], url);
      const std::string& shown = click ? *click : url;
      if (remove_label(output, url)) {
        output += shown;
      } else {
        output += fmt::format("({})", shown);
      }
    }

    void on_insert(std::uint32_t, std::string&) override {}

   private:
    static std::string url_of_text(std::string written) {
      std::erase_if(written, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
      return std::string(trimmed(written));
    }

    /// mailto and its like as the bare address, where the text of the link does not say it.
    static void keep(std::string_view url, std::string& output) {
      if (url.empty() || url.front() == '#') return;
      const std::string_view rest = url.substr(url.find(':') + 1);
      const std::string address = decode_percent(rest.substr(0, rest.find('?')));
      if (remove_label(output, address)) {
        output += address;
      } else if (!address.empty()) {
        output += fmt::format("({})", address);
      }
    }

    /// Whether the link's text, at the end of the output, is the address; then it is taken away.
    static bool remove_label(std::string& output, std::string_view address) {
      std::string_view before = output;
      while (!before.empty() && (before.back() == soft_space || before.back() == ' ')) {
        before.remove_suffix(1);
      }
      if (address.empty() || !before.ends_with(address)) return false;
      output.resize(before.size() - address.size());
      return true;
    }

    EmailRenderer& email_;
  };

  Result<std::string> plain(std::string_view part, const LiquidTemplate& source) {
    RenderOptions options = options_;
    options.escape_html = EscapeHtml::no;
    Result<std::string> text = templates::render(source, data_, options, catalogs_);
    if (!text) return in_part(part, text.error());
    return text;
  }

  Result<void> render_html() {
    std::string preheader;
    if (email_.preheader_) {
      TRY(text, plain("preheader", *email_.preheader_));
      preheader = one_line(text);
    }
    HtmlMarks marks(*this, preheader);
    RenderOptions options = options_;
    options.escape_html = EscapeHtml::yes;
    Result<std::string> html =
        render_marked(email_.html_->liquid, data_, options, marks, catalogs_);
    if (!html) return in_part("html", html.error());
    rendered_.html = std::move(*html);
    if (!marks.has_pixel()) rendered_.html += open_pixel(targets_.open_pixel_url);
    return {};
  }

  Result<void> render_text() {
    DerivedMarks derived(*this);
    TextMarks written(*this);
    MarkListener& marks = email_.text_is_derived_ ? static_cast<MarkListener&>(derived) : written;
    RenderOptions options = options_;
    options.escape_html = EscapeHtml::no;
    Result<std::string> text =
        render_marked(email_.text_->liquid, data_, options, marks, catalogs_);
    if (!text) return in_part("text", text.error());
    rendered_.text = email_.text_is_derived_ ? lay_out(*text) : std::move(*text);
    return {};
  }

  /// Lists the link and makes its click address; absent where the address stays as it is.
  std::optional<std::string> click_address(const Link& link, const std::string& url) {
    if (!link.is_tracked || is_own_address(targets_, url)) return std::nullopt;
    rendered_.links.push_back({.url = url, .label = link.label});
    if (!targets_.click) return std::nullopt;
    return targets_.click(rendered_.links.size() - 1);
  }

  const CompiledEmail& email_;
  Scope data_;
  const RenderOptions& options_;
  const LinkTargets& targets_;
  catalogs::Catalogs* const catalogs_;
  RenderedEmail rendered_ = {};
};

Result<RenderedEmail> render(const CompiledEmail& email, const Scope& data,
                             const RenderOptions& options, const LinkTargets& targets) {
  return render(email, data, options, targets, nullptr);
}

Result<RenderedEmail> render(const CompiledEmail& email, const Scope& data,
                             const RenderOptions& options, const LinkTargets& targets,
                             catalogs::Catalogs* catalogs) {
  return EmailRenderer(email, data, options, targets, catalogs).render();
}

}  // namespace sojourn::templates

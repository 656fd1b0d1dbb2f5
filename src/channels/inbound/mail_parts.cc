#include "channels/inbound/mail_parts.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "base/text.h"

namespace sojourn::channels::inbound {
namespace {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <typename T>
using Owned = std::unique_ptr<T, Unref>;

/// What the mbox format puts before a mail is none of it; GMime wants LF or CRLF.
std::string cleaned(std::string_view bytes) {
  bytes = bytes.substr(0, mail_bytes_max);
  std::string out(bytes);
  if (out.find('\n') == std::string::npos) std::ranges::replace(out, '\r', '\n');
  std::erase(out, '\0');
  const std::size_t begin = out.find_first_not_of("\r\n");
  out.erase(0, std::min(begin, out.size()));
  while (out.starts_with("From ") || out.starts_with(">From ")) {
    const std::size_t end = out.find('\n');
    out.erase(0, end == std::string::npos ? out.size() : end + 1);
  }
  return out;
}

std::string from_latin1(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out.push_back(c);
    } else {
      out.push_back(static_cast<char>(0xC0 | (byte >> 6)));
      out.push_back(static_cast<char>(0x80 | (byte & 0x3F)));
    }
  }
  return out;
}

std::string to_utf8(std::string bytes, const char* charset) {
  if (charset != nullptr && !equal_ignoring_case(charset, "utf-8")) {
    const iconv_t converter = g_mime_iconv_open("UTF-8", g_mime_charset_iconv_name(charset));
    // NOLINTNEXTLINE(performance-no-int-to-ptr): how iconv says that it has no such converter
    if (converter != reinterpret_cast<iconv_t>(-1)) {
      char* converted = g_mime_iconv_strndup(converter, bytes.data(), bytes.size());
      g_mime_iconv_close(converter);
      if (converted != nullptr) bytes = converted;
      g_free(converted);
    }
  }
  return is_valid_utf8(bytes) ? bytes : from_latin1(bytes);
}

std::vector<Header> headers_of(GMimeObject* object) {
  std::vector<Header> headers;
  GMimeHeaderList* list = g_mime_object_get_header_list(object);
  const int count = std::min(g_mime_header_list_get_count(list), static_cast<int>(headers_max));
  for (int i = 0; i < count; ++i) {
    GMimeHeader* header = g_mime_header_list_get_header_at(list, i);
    const char* name = g_mime_header_get_name(header);
    const char* value = g_mime_header_get_value(header);
    if (name == nullptr || value == nullptr) continue;
    std::string text = to_utf8(std::string(value).substr(0, header_bytes_max), nullptr);
    headers.push_back({.name = name, .value = std::string(trimmed(text))});
  }
  return headers;
}

std::string type_of(GMimeObject* object) {
  GMimeContentType* type = g_mime_object_get_content_type(object);
  if (type == nullptr) return "text/plain";
  char* name = g_mime_content_type_get_mime_type(type);
  std::string lower = to_lower_ascii(name == nullptr ? "text/plain" : name);
  g_free(name);
  return lower;
}

std::string content_of(GMimePart* part) {
  GMimeDataWrapper* content = g_mime_part_get_content(part);
  if (content == nullptr) return {};
  const Owned<GMimeStream> stream(g_mime_stream_mem_new());
  g_mime_data_wrapper_write_to_stream(content, stream.get());
  const GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
  std::string text(reinterpret_cast<const char*>(bytes->data), bytes->len);
  text.resize(std::min(text.size(), part_text_bytes_max));
  std::erase(text, '\0');
  const char* charset = g_mime_object_get_content_type_parameter(GMIME_OBJECT(part), "charset");
  text = to_utf8(std::move(text), charset);
  if (text.find('\n') == std::string::npos) std::ranges::replace(text, '\r', '\n');
  std::erase(text, '\r');
  return text;
}

bool has_words(std::string_view type) {
  return type.starts_with("text/") || type.starts_with("message/");
}

/// Walks the tree of parts, outer first.
class Walk {
 public:
  explicit Walk(std::vector<Part>& parts) : parts_(parts) {}

  // Recursion is bounded by depth_max.
  void visit(GMimeObject* object, int depth, int message_depth) {
    if (object == nullptr || depth > depth_max || parts_.size() >= parts_max) return;
    if (GMIME_IS_MULTIPART(object)) {
      GMimeMultipart* multipart = GMIME_MULTIPART(object);
      const int count =
          std::min(g_mime_multipart_get_count(multipart), static_cast<int>(parts_max));
      for (int i = 0; i < count; ++i) {
        visit(g_mime_multipart_get_part(multipart, i), depth + 1, message_depth);
      }
    } else if (GMIME_IS_MESSAGE_PART(object)) {
      visit_message(object, depth, message_depth);
    } else if (GMIME_IS_PART(object)) {
      Part part{.type = type_of(object),
                .headers = headers_of(object),
                .text = {},
                .message_depth = message_depth};
      if (has_words(part.type)) part.text = content_of(GMIME_PART(object));
      parts_.push_back(std::move(part));
    }
  }

 private:
  void visit_message(GMimeObject* object, int depth, int message_depth) {
    GMimeMessage* inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
    Part part{.type = type_of(object), .headers = {}, .text = {}, .message_depth = message_depth};
    if (inner == nullptr) return;
    part.headers = headers_of(GMIME_OBJECT(inner));
    parts_.push_back(std::move(part));
    visit(g_mime_message_get_mime_part(inner), depth + 1, message_depth + 1);
  }

  std::vector<Part>& parts_;
};

void start_gmime() {
  static const bool is_ready = (g_mime_init(), true);
  static_cast<void>(is_ready);
}

std::string entity(std::string_view name) {
  if (name == "nbsp") return " ";
  if (name == "lt") return "<";
  if (name == "gt") return ">";
  if (name == "amp") return "&";
  if (name == "quot") return "\"";
  if (name == "#39" || name == "apos") return "'";
  if (name == "#64" || name == "commat") return "@";
  return " ";
}

constexpr std::size_t entity_bytes_max = 10;

bool ends_line(std::string_view tag) {
  constexpr std::string_view blocks[] = {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "table"};
  if (tag.starts_with('/')) tag.remove_prefix(1);
  const std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n/"));
  return std::ranges::find(blocks, name) != std::end(blocks);
}

/// What ends the element that `tag` opens, where its content is no text; else empty.
std::string_view end_of_hidden(std::string_view tag) {
  if (tag.starts_with("style")) return "</style";
  if (tag.starts_with("script")) return "</script";
  if (tag.starts_with("title")) return "</title";
  if (tag.starts_with("!--")) return "-->";
  return {};
}

/// Writes what the tag at `at` means to a reader; answers where the text goes on.
std::size_t append_tag(std::string& out, std::string_view html, std::string_view lower,
                       std::size_t at) {
  const std::size_t end = html.find('>', at);
  if (end == std::string_view::npos) return html.size();
  const std::string_view tag = lower.substr(at + 1, end - at - 1);
  const std::string_view hidden_end = end_of_hidden(tag);
  if (!hidden_end.empty()) {
    const std::size_t found = lower.find(hidden_end, at);
    if (found == std::string_view::npos) return html.size();
    return found + (hidden_end == "-->" ? hidden_end.size() : 0);
  }
  if (ends_line(tag)) out.push_back('\n');
  // An address in angle brackets that nobody escaped is text.
  if (tag.find('@') != std::string_view::npos && tag.find_first_of(" =") == std::string::npos) {
    out.append(html.substr(at, end - at + 1));
  }
  return end + 1;
}

}  // namespace

std::string_view find_header(std::span<const Header> headers, std::string_view name) {
  for (const Header& header : headers) {
    if (equal_ignoring_case(header.name, name)) return header.value;
  }
  return {};
}

std::vector<Header> read_header_lines(std::string_view text) {
  std::vector<Header> headers;
  bool is_known = false;  // whether a continuation belongs to a field
  while (!text.empty() && headers.size() < headers_max) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (trimmed(line).empty()) break;
    if (line.starts_with(' ') || line.starts_with('\t')) {
      std::string* value = is_known ? &headers.back().value : nullptr;
      if (value != nullptr && value->size() < header_bytes_max) {
        value->append(" ").append(trimmed(line).substr(0, header_bytes_max));
      }
      continue;
    }
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, std::min(colon, line.size()));
    is_known = colon != std::string_view::npos && !name.empty() &&
               name.find_first_of(" \t") == std::string_view::npos;
    if (!is_known) continue;
    headers.push_back(
        {.name = std::string(name),
         .value = std::string(trimmed(line.substr(colon + 1)).substr(0, header_bytes_max))});
  }
  return headers;
}

MailParts read_mail(std::string_view bytes) {
  start_gmime();
  const std::string mail_bytes = cleaned(bytes);
  MailParts mail;
  const Owned<GMimeStream> stream(
      g_mime_stream_mem_new_with_buffer(mail_bytes.data(), mail_bytes.size()));
  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  const Owned<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), nullptr));
  if (!message) return mail;
  mail.headers = headers_of(GMIME_OBJECT(message.get()));
  GMimeObject* root = g_mime_message_get_mime_part(message.get());
  if (root == nullptr) return mail;
  mail.type = type_of(root);
  if (const char* type = g_mime_object_get_content_type_parameter(root, "report-type")) {
    mail.report_type = to_lower_ascii(type);
  }
  Walk(mail.parts).visit(root, 0, 0);
  return mail;
}

std::string text_of_html(std::string_view html) {
  const std::string lower = to_lower_ascii(html);
  std::string out;
  std::size_t at = 0;
  while (at < html.size()) {
    const char c = html[at];
    if (c == '<') {
      at = append_tag(out, html, lower, at);
    } else if (c == '&') {
      const std::size_t end = html.substr(at, entity_bytes_max).find(';');
      const bool is_entity = end != std::string_view::npos;
      out.append(is_entity ? entity(html.substr(at + 1, end - 1)) : "&");
      at += is_entity ? end + 1 : 1;
    } else {
      out.push_back(c == '\n' ? ' ' : c);
      ++at;
    }
  }
  return out;
}

}  // namespace sojourn::channels::inbound

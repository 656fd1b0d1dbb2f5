#include "domain/messages/content.h"

#include "base/json.h"

namespace sojourn::messages {
namespace {

std::string text_of(const Object& object, std::string_view name) {
  const Value* value = object.find(name);
  const std::string* text = value == nullptr ? nullptr : value->as_string();
  return text == nullptr ? std::string() : *text;
}

}  // namespace

std::string encode(const Content& content) {
  Object object;
  if (content.texts) {
    object.set("subject", content.texts->subject);
    object.set("html", content.texts->html);
    if (content.texts->text) object.set("text", *content.texts->text);
  }
  if (content.from) {
    object.set("from", Object{{"name", content.from->name}, {"address", content.from->address}});
  }
  if (!content.reply_to.empty()) object.set("replyTo", content.reply_to);
  object.set("data", content.data);
  object.set("request", content.request);
  return to_json(object);
}

Result<Content> decode_content(std::string_view text) {
  const Result<Value> value = parse_json(text);
  const Object* object = value ? value->as_object() : nullptr;
  const Value* data = object == nullptr ? nullptr : object->find("data");
  if (data == nullptr || data->as_object() == nullptr) {
    return failure("damaged_content", "what a message says cannot be read");
  }
  Content content;
  content.data = *data->as_object();
  content.reply_to = text_of(*object, "replyTo");
  content.request = text_of(*object, "request");
  if (object->find("subject") != nullptr) {
    InlineTexts texts{.subject = text_of(*object, "subject"), .html = text_of(*object, "html")};
    if (object->find("text") != nullptr) texts.text = text_of(*object, "text");
    content.texts = std::move(texts);
  }
  const Value* from = object->find("from");
  if (from != nullptr && from->as_object() != nullptr) {
    content.from =
        Mailbox{text_of(*from->as_object(), "name"), text_of(*from->as_object(), "address")};
  }
  return content;
}

}  // namespace sojourn::messages

/// Takes mails apart by GMime. Standard input: a file name a line. Prints a JSON object a line, in
/// their order: `headers`, a list of [name, value]; `type` of the whole; `parts`, each with `type`
/// and `text`. Ends with 1 where a file cannot be read.

#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "base/json.h"
#include "channels/inbound/mail_parts.h"

namespace {

using sojourn::JsonWriter;

std::string shown(const sojourn::channels::inbound::MailParts& mail) {
  JsonWriter out;
  out.begin_object();
  out.name("type").string(mail.type);
  out.name("headers").begin_list();
  for (const auto& [name, value] : mail.headers) {
    out.begin_list().string(name).string(value).end_list();
  }
  out.end_list();
  out.name("parts").begin_list();
  for (const auto& part : mail.parts) {
    out.begin_object();
    out.name("type").string(part.type);
    out.name("text").string(part.text);
    out.end_object();
  }
  out.end_list();
  out.end_object();
  return out.take();
}

}  // namespace

int main() {
  std::string path;
  while (std::getline(std::cin, path)) {
    const std::ifstream file(path, std::ios::binary);
    if (!file) {
      std::cerr << "mail_show: " << path << " cannot be read\n";
      return 1;
    }
    std::ostringstream bytes;
    bytes << file.rdbuf();
    std::cout << shown(sojourn::channels::inbound::read_mail(bytes.view())) << '\n';
  }
  return 0;
}

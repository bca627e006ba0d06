// SPDX-License-Identifier: Apache-2.0
#include "parser.h"

#include "cursor.h"
#include "kernel_parser.h"
#include "scope.h"
#include "variable.h"

#include <fstream>
#include <sstream>

namespace ptx {

namespace {

class ModuleParser {
 public:
  explicit ModuleParser(std::string_view text) : cursor_(tokenize(text)) {}

  Module run() {
    while (!cursor_.at_end()) declaration(cursor_.take());
    return std::move(module_);
  }

 private:
  void declaration(const Token& token) {
    if (token.text == ".version" || token.text == ".target" || token.text == ".address_size")
      return skip_line(token.line);
    if (token.text == ".visible" || token.text == ".extern" || token.text == ".weak") return;
    if (token.text == ".entry") {
      Kernel kernel = KernelParser(cursor_, globals_, shared_bytes_).run();
      module_.kernels.emplace(kernel.name, kernel);
    } else if (token.text == ".shared") {
      shared_variable();
    } else {
      throw Error(token.line, "directive " + token.text + " is not supported");
    }
  }

  void skip_line(int line) {
    while (!cursor_.at_end() && cursor_.line() == line) cursor_.take();
  }

  void shared_variable() {
    const Variable v = read_variable(cursor_);
    cursor_.expect(";");
    const size_t offset = round_up(shared_bytes_, v.align);
    globals_.declare(v.name, {.kind = Operand::Kind::Immediate, .bits = offset});
    shared_bytes_ = offset + v.bytes;
  }

  Cursor cursor_;
  Scope globals_;
  size_t shared_bytes_ = 0;
  Module module_;
};

}  // namespace

Module parse(std::string_view text) { return ModuleParser(text).run(); }

Module parse_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot open " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return parse(text.str());
}

const Kernel& Module::kernel(const std::string& name) const {
  const auto found = kernels.find(name);
  if (found != kernels.end()) return found->second;
  std::string known;
  for (const auto& [other, kernel] : kernels) known += " " + other;
  throw std::runtime_error("no kernel " + name + "; there are:" + known);
}

}  // namespace ptx

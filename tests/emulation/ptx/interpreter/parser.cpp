// SPDX-License-Identifier: Apache-2.0
#include "parser.h"

#include "cursor.h"
#include "scope.h"
#include "type.h"

#include <fstream>
#include <sstream>

namespace ptx {

namespace {

std::vector<std::string> split_at_dots(const std::string& opcode) {
  std::vector<std::string> words;
  std::istringstream stream(opcode);
  for (std::string word; std::getline(stream, word, '.');) words.push_back(word);
  return words;
}

size_t round_up(size_t value, size_t unit) { return (value + unit - 1) / unit * unit; }

// Bytes of "name[128]" or "name" after its type; the name goes to `name`.
struct Variable {
  std::string name;
  size_t align = 1;
  size_t bytes = 0;
};

class KernelParser {
 public:
  KernelParser(Cursor& cursor, const Scope& globals, size_t shared_bytes)
      : cursor_(cursor), scope_(globals) {
    kernel_.shared_bytes = shared_bytes;
  }

  Kernel run() {
    kernel_.name = cursor_.take().text;
    scope_.open();
    parameters();
    while (!cursor_.is("{")) cursor_.take();  // .maxntid and the like
    body();
    resolve_labels();
    return std::move(kernel_);
  }

 private:
  void parameters();
  void body();
  void statement();
  void directive(const Token& token);
  void registers();
  void shared_variable();
  void instruction();
  Operand operand();
  Operand name_operand(const Token& token);
  Operand address();
  Operand vector();
  int declare_register(const std::string& name);
  void resolve_labels();

  Cursor& cursor_;
  Scope scope_;
  Kernel kernel_;
  std::map<std::string, size_t> labels_;
};

// type [.align n] name [ "[" count "]" ]
Variable variable(Cursor& cursor) {
  Variable result;
  std::string type;
  for (; cursor.peek().text.starts_with(".");) {
    const Token token = cursor.take();
    if (token.text == ".align")
      result.align = static_cast<size_t>(cursor.integer());
    else if (token.text != ".ptr" && token.text != ".global")
      type = token.text.substr(1);
  }
  const Token name = cursor.take();
  result.name = name.text;
  result.bytes = type_size(type, name.line);
  result.align = std::max(result.align, result.bytes);
  while (cursor.accept("[")) {
    if (!cursor.is("]"))
      result.bytes *= static_cast<size_t>(cursor.integer());
    else
      result.bytes = 0;  // extern: as large as the launch says
    cursor.expect("]");
  }
  return result;
}

void KernelParser::parameters() {
  if (!cursor_.accept("(")) return;
  while (!cursor_.accept(")")) {
    cursor_.expect(".param");
    const Variable v = variable(cursor_);
    const size_t offset = round_up(kernel_.parameter_bytes, v.align);
    kernel_.parameters.push_back({v.name, offset, v.bytes});
    kernel_.parameter_bytes = offset + v.bytes;
    scope_.declare(v.name, {.kind = Operand::Kind::Immediate, .bits = offset});
    cursor_.accept(",");
  }
}

void KernelParser::body() {
  cursor_.expect("{");
  const size_t outside = scope_.depth();
  scope_.open();
  while (scope_.depth() > outside) {
    if (cursor_.at_end()) throw Error(cursor_.line(), "kernel " + kernel_.name + " does not end");
    if (cursor_.accept("{"))
      scope_.open();
    else if (cursor_.accept("}"))
      scope_.close();
    else
      statement();
  }
}

void KernelParser::statement() {
  if (cursor_.peek(1).text == ":") {
    labels_[cursor_.take().text] = kernel_.code.size();
    cursor_.take();
  } else if (cursor_.peek().text.starts_with(".")) {
    directive(cursor_.take());
  } else {
    instruction();
  }
}

void KernelParser::directive(const Token& token) {
  if (token.text == ".reg") return registers();
  if (token.text == ".shared") return shared_variable();
  if (token.text == ".pragma" || token.text == ".loc") return cursor_.skip_past(";");
  throw Error(token.line, "directive " + token.text + " is not supported");
}

int KernelParser::declare_register(const std::string& name) {
  scope_.declare(name, {.kind = Operand::Kind::Register, .reg = kernel_.registers});
  return kernel_.registers++;
}

void KernelParser::registers() {
  cursor_.take();  // the type: each use says it again
  do {
    const std::string name = cursor_.take().text;
    if (cursor_.accept("<")) {
      const int64_t count = cursor_.integer();
      cursor_.expect(">");
      for (int64_t i = 0; i < count; i++) declare_register(name + std::to_string(i));
    } else {
      declare_register(name);
    }
  } while (cursor_.accept(","));
  cursor_.expect(";");
}

void KernelParser::shared_variable() {
  const Variable v = variable(cursor_);
  cursor_.expect(";");
  const size_t offset = round_up(kernel_.shared_bytes, v.align);
  scope_.declare(v.name, {.kind = Operand::Kind::Immediate, .bits = offset});
  kernel_.shared_bytes = offset + v.bytes;
}

void KernelParser::instruction() {
  Instruction in;
  in.line = cursor_.line();
  if (cursor_.accept("@")) {
    in.guard.negated = cursor_.accept("!");
    in.guard.reg = operand().reg;
  }
  in.opcode = cursor_.take().text;
  in.words = split_at_dots(in.opcode);
  while (!cursor_.accept(";")) {
    in.operands.push_back(operand());
    if (!cursor_.is(";") && !cursor_.accept("|")) cursor_.expect(",");
  }
  kernel_.code.push_back(std::move(in));
}

Operand KernelParser::operand() {
  if (cursor_.accept("[")) return address();
  if (cursor_.accept("{")) return vector();
  if (cursor_.accept("!")) {
    Operand result = operand();
    result.negated = true;
    return result;
  }
  Operand literal;
  if (cursor_.is("-")) {
    literal.bits = static_cast<uint64_t>(cursor_.integer());
    return literal;
  }
  const Token token = cursor_.take();
  if (parse_literal(token.text, literal.bits)) return literal;
  return name_operand(token);
}

Operand KernelParser::name_operand(const Token& token) {
  if (const Operand* known = scope_.find(token.text)) return *known;
  if (token.text.starts_with("$")) return {.kind = Operand::Kind::Label, .name = token.text};
  if (token.text.starts_with("%")) return {.kind = Operand::Kind::Special, .name = token.text};
  throw Error(token.line, "'" + token.text + "' was not declared");
}

// [register + offset], [variable + offset] or [offset]
Operand KernelParser::address() {
  Operand base = operand();
  Operand result{.kind = Operand::Kind::Address};
  if (base.kind == Operand::Kind::Register)
    result.reg = base.reg;
  else
    result.bits = base.bits;
  if (cursor_.is("+") || cursor_.is("-")) result.bits += static_cast<uint64_t>(cursor_.integer());
  cursor_.expect("]");
  return result;
}

Operand KernelParser::vector() {
  Operand result{.kind = Operand::Kind::Vector};
  do result.elements.push_back(operand());
  while (cursor_.accept(","));
  cursor_.expect("}");
  return result;
}

void KernelParser::resolve_labels() {
  for (Instruction& in : kernel_.code)
    for (Operand& operand : in.operands) {
      if (operand.kind != Operand::Kind::Label) continue;
      const auto target = labels_.find(operand.name);
      if (target == labels_.end()) throw Error(in.line, "no label " + operand.name);
      operand.bits = target->second;
    }
}

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
    const Variable v = variable(cursor_);
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

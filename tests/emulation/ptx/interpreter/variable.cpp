// SPDX-License-Identifier: Apache-2.0
#include "variable.h"

#include "type.h"

#include <algorithm>

namespace ptx {

Variable read_variable(Cursor& cursor) {
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

}  // namespace ptx

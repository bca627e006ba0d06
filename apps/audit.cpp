// SPDX-License-Identifier: Apache-2.0
// fovea audit
#include "commands.h"
#include "console.h"
#include "device_option.h"
#include "exit_code.h"

#include <fovea/core/json_writer.h>
#include <fovea/optim/audit.h>

namespace fovea::app {

namespace {

std::string as_json(const AuditResult& result) {
  JsonWriter json;
  json.begin_object().key("agrees").value(result.agrees()).key("start").value(result.start);
  json.key("checked").value(result.checked).key("last_agreed").value(result.last_agreed);
  if (!result.agrees())
    json.key("differs_at").value(result.differs_at).key("differs_in").value(result.differs_in);
  return json.end_object().str() + "\n";
}

std::string as_text(const AuditResult& result) {
  const std::string replayed = "replayed from step " + std::to_string(result.start) + ": ";
  if (result.agrees()) {
    return replayed + "all " + std::to_string(result.checked) + " hashes agree, to step " +
           std::to_string(result.last_agreed) + "\n";
  }
  return replayed + "the hashes part at step " + std::to_string(result.differs_at) + ", first in " +
         result.differs_in + "; they agreed up to step " + std::to_string(result.last_agreed) +
         "\n";
}

}  // namespace

int run(const AuditArguments& arguments) {
  const AuditResult result =
      audit(RunFolder::open(arguments.run),
            {.from = arguments.from,
             .steps = arguments.steps,
             .machine = {.device = device_from(arguments.device), .threads = arguments.threads}});
  print(arguments.json ? as_json(result) : as_text(result));
  return result.agrees() ? kDone : kFailed;
}

}  // namespace fovea::app

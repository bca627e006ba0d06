// SPDX-License-Identifier: Apache-2.0
// fovea check
#include "commands.h"
#include "console.h"
#include "device_option.h"
#include "exit_code.h"

#include <fovea/core/error.h>
#include <fovea/core/json_writer.h>
#include <fovea/core/terminal.h>
#include <fovea/optim/preflight.h>

namespace fovea::app {

namespace {

using Verdict = PreflightFinding::Verdict;

const char* word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::good:
      return "ok";
    case Verdict::note:
      return "note";
    case Verdict::bad:
      break;
  }
  return "bad";
}

std::string coloured(Verdict verdict, const Terminal& terminal) {
  const std::string word = word_of(verdict);
  if (!terminal.color) return word;
  const char* colour = verdict == Verdict::good ? "32" : verdict == Verdict::note ? "33" : "31";
  return "\x1b[" + std::string(colour) + "m" + word + "\x1b[0m";
}

std::string as_text(const std::vector<PreflightFinding>& findings, const Terminal& terminal) {
  std::string text;
  for (const PreflightFinding& finding : findings) {
    const std::string word = word_of(finding.verdict);
    text += coloured(finding.verdict, terminal) + std::string(6 - word.size(), ' ') +
            finding.topic + ": " + finding.finding + "\n";
    if (!finding.advice.empty()) text += "      change: " + finding.advice + "\n";
  }
  return text;
}

std::string as_json(const std::string& config, const std::vector<PreflightFinding>& findings) {
  JsonWriter json;
  json.begin_object().key("config").value(config);
  json.key("verdict").value(word_of(verdict_of(findings)));
  json.key("findings").begin_array();
  for (const PreflightFinding& finding : findings) {
    json.begin_object().key("verdict").value(word_of(finding.verdict));
    json.key("topic").value(finding.topic).key("finding").value(finding.finding);
    if (!finding.advice.empty()) json.key("advice").value(finding.advice);
    json.end_object();
  }
  return json.end_array().end_object().str() + "\n";
}

ExitCode exit_code_of(const std::vector<PreflightFinding>& findings) {
  if (verdict_of(findings) != Verdict::bad) return kDone;
  for (const PreflightFinding& finding : findings)
    if (finding.verdict == Verdict::bad && finding.of_data) return kBadData;
  return kUsage;
}

}  // namespace

int run(const CheckArguments& arguments) {
  TrainingRun::Machine machine{.threads = arguments.threads};
  if (!arguments.device.empty()) machine.device = device_from(arguments.device);
  const auto findings = preflight(RunConfig::load(arguments.config, arguments.overrides), machine);
  print(arguments.json ? as_json(arguments.config, findings) : as_text(findings, Terminal::of(1)));
  return exit_code_of(findings);
}

}  // namespace fovea::app

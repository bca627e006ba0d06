// SPDX-License-Identifier: Apache-2.0
// The subcommands with their options, each bound to a set of arguments.
#pragma once

#include "arguments.h"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

namespace fovea::app {

class CommandDeclarations {
 public:
  // Declares all of them in `app`, which must outlive it.
  explicit CommandDeclarations(CLI::App& app);

  // What was parsed for a subcommand.
  Arguments collect(const std::string& name);

 private:
  CLI::App* add(const char* name, const char* what, const char* footer, bool& json, int& threads);
  void declare_train();
  void declare_eval();
  void declare_predict();
  void declare_features();
  void declare_summary();
  void declare_prepare();
  void declare_audit();
  void declare_bench();
  void declare_check();
  void declare_diff();
  void declare_reproduce();
  void declare_doctor();

  CLI::App& app_;
  TrainArguments train_;
  EvalArguments eval_;
  PredictArguments predict_;
  FeaturesArguments features_;
  SummaryArguments summary_;
  PrepareArguments prepare_;
  AuditArguments audit_;
  BenchArguments bench_;
  CheckArguments check_;
  DiffArguments diff_;
  ReproduceArguments reproduce_;
  DoctorArguments doctor_;
  std::optional<uint64_t> seed_;
};

}  // namespace fovea::app

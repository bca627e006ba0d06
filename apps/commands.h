// SPDX-License-Identifier: Apache-2.0
// The subcommands, one file each. Results go to standard output, all else to standard error; each
// returns the program's exit code, or throws an error of the library.
#pragma once

#include "arguments.h"

namespace fovea::app {

int run(const TrainArguments& arguments);
int run(const EvalArguments& arguments);
int run(const PredictArguments& arguments);
int run(const FeaturesArguments& arguments);
int run(const SummaryArguments& arguments);
int run(const PrepareArguments& arguments);
int run(const AuditArguments& arguments);
int run(const BenchArguments& arguments);
int run(const CheckArguments& arguments);
int run(const DiffArguments& arguments);
int run(const ReproduceArguments& arguments);
int run(const DoctorArguments& arguments);

}  // namespace fovea::app

// SPDX-License-Identifier: Apache-2.0
// Whether a long run can work, from a few seconds of looking: at the data, the memory, and the net
// at its first values. An init, the scale of the pictures and the biases are one bundle; a net
// whose logits hardly differ from picture to picture trains for days without learning.
#pragma once

#include <fovea/optim/training_run.h>

#include <string>
#include <vector>

namespace FOVEA_API fovea {

struct PreflightFinding {
  enum class Verdict : uint8_t { good, note, bad };

  Verdict verdict = Verdict::good;
  std::string topic;     // "first loss"
  std::string finding;   // "61.2, where ln(1000) = 6.91 is what guessing gives"
  std::string advice;    // what to change; empty when it is good
  bool of_data = false;  // the data is at fault, not the recipe
};

// What is looked at:
//   data        opens, and its labels have outputs; sizes of the classes; 256 pictures spread over
//               it are read: those that cannot be, are of one colour, or are there twice
//   memory      that training takes, against what is free
//   first loss  of a batch against ln(classes), what guessing gives
//   spread      of the logits from picture to picture, against that from class to class
//   biases      whether they begin large in every layer
//   dead units  of each ReLU: channels that are 0 for every picture and place
//   one batch   trained on again and again for a few steps: its loss must stay finite and fall
//   time        that the whole run will take, from those steps
// After data that cannot be opened only memory is looked at. Throws ConfigError for mistakes of the
// config itself, DeviceError when there is no such device.
std::vector<PreflightFinding> preflight(const RunConfig& config,
                                        const TrainingRun::Machine& machine);

// The worst of them; good when there are none.
PreflightFinding::Verdict verdict_of(const std::vector<PreflightFinding>& findings);

}  // namespace fovea

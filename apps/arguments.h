// SPDX-License-Identifier: Apache-2.0
// What each subcommand is told on the command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace fovea::app {

struct TrainArguments {
  std::string config;                  // a config file, or with `resume` a run's folder
  std::vector<std::string> overrides;  // "lr=0.02"
  std::string output;                  // the run's folder; empty: runs/NAME
  bool resume = false, force = false, print = false, dry_run = false, json = false;
  std::string weights;              // a safetensors file; empty: none
  std::vector<std::string> reinit;  // layers that start anew in spite of it
  std::string device;               // empty: the config's train.device
  std::string devices;              // in place of `device`: several GPUs
  int ranks = 1;                    // in place of both: threads of the CPU that share each batch
  std::string trace;                // a file to write; empty: none
  int threads = 0;                  // 0: all that this process may use
};

struct EvalArguments {
  std::vector<std::string> models;  // several: their mean
  std::string data, labels;         // empty: the validation data of the model's run
  std::string report;               // a file to write; empty: report.html of a run's folder
  std::optional<int64_t> crops;     // none, and below: as the model's config says
  std::vector<std::string> views;   // "TOP,LEFT" or "TOP,LEFT,mirrored"
  std::optional<std::string> average;
  bool per_class = false;
  int64_t batch = 128;
  std::string device;  // empty here and below: the best that there is
  int ranks = 1;       // threads of the CPU that share each batch
  int threads = 0;
  bool json = false;
};

struct PredictArguments {
  std::string model;
  std::vector<std::string> inputs;
  int64_t top = 5;
  std::optional<int64_t> first;  // of an idx file's pictures; none: all
  std::string save;              // a folder for pages of pictures with bars; empty: none
  std::string device;
  int threads = 0;
  bool json = false;
};

struct FeaturesArguments {
  std::string model, data, labels;
  std::string layer;   // empty: what goes into the last layer with weights
  std::string output;  // .npy or .safetensors
  std::optional<int64_t> neighbours;
  int64_t batch = 128;
  std::string device;
  int threads = 0;
  bool json = false;
};

struct SummaryArguments {
  std::string subject;  // a config, a run's folder or a safetensors file
  std::vector<std::string> overrides;
  std::optional<int64_t> batch;  // none: the config's, 1 for a model
  std::string weights;           // a file to hold against the net; empty: none
  int ranks = 1;                 // that share the work
  std::string placement;         // empty: the config's
  int threads = 0;
  bool json = false;
};

struct AuditArguments {
  std::string run;
  int64_t from = 0, steps = 0;
  std::string device;
  int threads = 0;
  bool json = false;
};

struct BenchArguments {
  std::string config;  // empty: the machine alone
  std::vector<std::string> overrides;
  bool layers = false;
  std::optional<int64_t> batch;  // none: the config's
  int rounds = 5;
  int threads = 0;
  bool json = false;
};

struct CheckArguments {
  std::string config;
  std::vector<std::string> overrides;
  std::string device;  // empty: the config's train.device
  int threads = 0;
  bool json = false;
};

struct DiffArguments {
  std::string first, second;           // configs
  std::vector<std::string> overrides;  // of both
  int threads = 0;
  bool json = false;
};

struct ReproduceArguments {
  std::string what;                                             // "fig1" or "ablations"
  std::string data = "/usr/share/datasets/fashion-mnist", val;  // no val: that of `data`
  std::string output;                                           // a page; empty: named by `what`
  int64_t epochs = 3;
  double target = 12;  // percent
  int seeds = 1;
  std::string device;
  int threads = 0;
  bool json = false;
};

struct PrepareArguments {
  std::string source, target;  // empty target: only check `source`
  std::string val;             // empty: what is in the source
  std::optional<int64_t> size;
  bool gray = false, exif = false;
  std::string encode = "jpeg:90", shard_size = "1G";
  bool check = false, force = false;
  int threads = 0;
  bool json = false;
};

struct DoctorArguments {
  int threads = 0;
  bool json = false;
};

using Arguments = std::variant<TrainArguments, EvalArguments, PredictArguments, FeaturesArguments,
                               SummaryArguments, PrepareArguments, AuditArguments, BenchArguments,
                               CheckArguments, DiffArguments, ReproduceArguments, DoctorArguments>;

}  // namespace fovea::app

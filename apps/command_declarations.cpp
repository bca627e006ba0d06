// SPDX-License-Identifier: Apache-2.0
#include "command_declarations.h"

namespace fovea::app {

namespace {

template <class T>
CLI::Validator range(T low, T high) {
  return CLI::Range(low, high).description("");  // not in the help text
}

void add_overrides(CLI::App* command, std::vector<std::string>& overrides) {
  command->add_option("OVERRIDES", overrides, "key=value: values to put in place of the config's")
      ->type_name("");
}

void add_model(CLI::App* command, std::string& model) {
  command->add_option("MODEL", model, "A run's folder (its best checkpoint) or a model file")
      ->required()
      ->type_name("");
}

void add_device(CLI::App* command, std::string& device,
                const char* what =
                    "Where to compute: cpu, cuda or cuda:N; by default a "
                    "GPU if there is one") {
  command->add_option("--device", device, what)->type_name("NAME");
}

CLI::Option* add_ranks(CLI::App* command, int& ranks) {
  return command
      ->add_option("--ranks", ranks, "Parts of the CPU, which share each batch as processes would")
      ->check(range(1, 64))
      ->type_name("N");
}

template <class T>
void add_batch(CLI::App* command, T& batch, const char* what) {
  command->add_option("--batch", batch, what)
      ->check(range(int64_t{1}, int64_t{1} << 24))
      ->type_name("N");
}

}  // namespace

CommandDeclarations::CommandDeclarations(CLI::App& app) : app_(app) {
  declare_train();
  declare_eval();
  declare_predict();
  declare_features();
  declare_summary();
  declare_prepare();
  declare_audit();
  declare_bench();
  declare_check();
  declare_diff();
  declare_reproduce();
  declare_doctor();
}

Arguments CommandDeclarations::collect(const std::string& name) {
  if (seed_) train_.overrides.push_back("seed=" + std::to_string(*seed_));
  if (name == "train") return std::move(train_);
  if (name == "eval") return std::move(eval_);
  if (name == "predict") return std::move(predict_);
  if (name == "features") return std::move(features_);
  if (name == "summary") return std::move(summary_);
  if (name == "prepare") return std::move(prepare_);
  if (name == "audit") return std::move(audit_);
  if (name == "bench") return std::move(bench_);
  if (name == "check") return std::move(check_);
  if (name == "diff") return std::move(diff_);
  if (name == "reproduce") return std::move(reproduce_);
  return doctor_;
}

CLI::App* CommandDeclarations::add(const char* name, const char* what, const char* footer,
                                   bool& json, int& threads) {
  CLI::App* command = app_.add_subcommand(name, what);
  command->footer(footer);
  command->group("Commands");
  command->add_option("--threads", threads, "Threads to compute on; by default all processors")
      ->check(range(1, 1024))
      ->type_name("N");
  command->add_flag("--json", json, "Print the result as JSON");
  return command;
}

void CommandDeclarations::declare_train() {
  TrainArguments& a = train_;
  CLI::App* c =
      add("train", "Train a net as a config says",
          "fovea train configs/fashion_mnist.json lr=0.01 epochs=10\n"
          "fovea train runs/fashion_mnist --resume\n\n"
          "A key is a path in the config (train.optimizer.lr, model.layers.conv1.stride)\n"
          "or its end, where only one path ends so. The first SIGINT or SIGTERM finishes\n"
          "the step and saves; --resume goes on from there to the same bits.",
          a.json, a.threads);
  c->add_option("CONFIG", a.config, "A config file; with --resume also a run's folder")
      ->required()
      ->type_name("");
  add_overrides(c, a.overrides);
  c->add_option("-o,--output", a.output, "Folder of the run; by default runs/NAME")
      ->type_name("DIR");
  c->add_flag("--resume", a.resume, "Go on from the run's last checkpoint");
  c->add_flag("--force", a.force, "Replace a run that is in the folder")->excludes("--resume");
  c->add_option("--weights", a.weights, "Start from the weights in this safetensors file")
      ->type_name("FILE")
      ->excludes("--resume");
  c->add_option("--reinit", a.reinit, "But start this layer anew, for other classes, say")
      ->type_name("LAYER")
      ->allow_extra_args(false)
      ->needs("--weights");
  c->add_option("--seed", seed_, "Seed of all random numbers; as seed=N")->type_name("N");
  add_device(c, a.device, "Where to compute: cpu, cuda or cuda:N; by default the config's");
  c->add_option("--devices", a.devices, "GPUs that share each batch: 0,1")
      ->type_name("LIST")
      ->excludes("--device");
  add_ranks(c, a.ranks)->excludes("--device")->excludes("--devices");
  c->add_option("--trace", a.trace, "Write what ranks on the CPU did when (chrome://tracing)")
      ->type_name("FILE");
  c->add_flag("--dry-run", a.dry_run,
              "Write batch.png and .html, the first pictures, take two steps, and leave")
      ->excludes("--resume");
  c->add_flag("--print", a.print, "Print the config with every default as JSON, and leave");
}

void CommandDeclarations::declare_eval() {
  EvalArguments& a = eval_;
  CLI::App* c = add("eval", "Loss and accuracy of a model on a data set",
                    "fovea eval runs/fashion_mnist\n"
                    "fovea eval model.safetensors --data t10k-images-idx3-ubyte.gz\n"
                    "fovea eval runs/a runs/b --crops 10\n\n"
                    "Of several models, and of several views of each picture, the mean counts.",
                    a.json, a.threads);
  c->add_option("MODEL", a.models, "Runs' folders (their best checkpoints) or model files")
      ->required()
      ->type_name("");
  c->add_option("--data", a.data, "Pictures; by default the validation data of the model's run")
      ->type_name("PATH");
  c->add_option("--labels", a.labels, "Their labels; by default those beside the pictures")
      ->type_name("PATH")
      ->needs("--data");
  add_ranks(c, a.ranks);
  c->add_option("--report", a.report, "Write a report here; by default a run's report.html")
      ->type_name("FILE");
  const auto crops =
      c->add_option("--crops", a.crops,
                    "1: the centre; 10: also the corners, and all mirrored; else as the config")
          ->check(CLI::IsMember({1, 10}))
          ->type_name("N");
  c->add_option("--view", a.views, "A piece to look at, TOP,LEFT or TOP,LEFT,mirrored; repeatable")
      ->allow_extra_args(false)
      ->excludes(crops)
      ->type_name("PLACE");
  c->add_option("--average", a.average, "What the mean is taken of; else as the config")
      ->check(CLI::IsMember({"probabilities", "logits"}))
      ->type_name("WHAT");
  c->add_flag("--per-class", a.per_class, "Also precision, recall and F1 of each class");
  add_batch(c, a.batch, "Pictures, or views of pictures, at a time");
  add_device(c, a.device);
}

void CommandDeclarations::declare_predict() {
  PredictArguments& a = predict_;
  CLI::App* c = add("predict", "The most probable classes of pictures",
                    "fovea predict runs/photos cat.jpg holidays/\n"
                    "fovea predict model.safetensors t10k-images-idx3-ubyte.gz --first 5",
                    a.json, a.threads);
  add_model(c, a.model);
  c->add_option(
       "INPUT", a.inputs,
       "JPEG, PNG, BMP, PGM and PPM pictures, folders of them, idx files, or - for a picture on "
       "standard input")
      ->required()
      ->type_name("");
  c->add_option("--top", a.top, "Classes to show")->check(range(1, 1000))->type_name("K");
  c->add_option("--save", a.save, "Write pages of the pictures with bars of their classes here")
      ->type_name("DIR");
  c->add_option("--first", a.first, "Only so many pictures of an idx file")
      ->check(range(int64_t{1}, int64_t{1} << 32))
      ->type_name("N");
  add_device(c, a.device);
}

void CommandDeclarations::declare_features() {
  FeaturesArguments& a = features_;
  CLI::App* c = add("features", "What a net makes of pictures at one of its layers",
                    "fovea features runs/pets photos --layer fc7 -o photos.npy --neighbours 6\n\n"
                    "A .npy file has a row for each picture, and a .txt file beside it their "
                    "names\nand classes; a .safetensors file has all.",
                    a.json, a.threads);
  add_model(c, a.model);
  c->add_option("DATA", a.data, "A folder of class folders, or any data set that eval takes")
      ->required()
      ->type_name("");
  c->add_option("--labels", a.labels, "Their labels; by default those beside the pictures")
      ->type_name("PATH");
  c->add_option("--layer", a.layer,
                "This layer and its activation; by default the last but the classes")
      ->type_name("NAME");
  c->add_option("-o,--output", a.output, "The file to write, .npy or .safetensors")
      ->required()
      ->type_name("FILE");
  c->add_option("--neighbours", a.neighbours, "Also FILE.html: pictures and the K nearest to each")
      ->check(range(int64_t{1}, int64_t{100}))
      ->type_name("K");
  add_batch(c, a.batch, "Pictures at a time");
  add_device(c, a.device);
}

void CommandDeclarations::declare_summary() {
  SummaryArguments& a = summary_;
  CLI::App* c = add("summary", "Layers, shapes, parameters, work and memory of a net",
                    "fovea summary configs/alexnet-paper.json --batch 32", a.json, a.threads);
  c->add_option("SUBJECT", a.subject, "A config, a run's folder or a safetensors file")
      ->required()
      ->type_name("");
  add_overrides(c, a.overrides);
  add_batch(c, a.batch, "Pictures at a time, for the memory that is planned");
  c->add_option("--weights", a.weights, "Also check that this safetensors file suits the net")
      ->type_name("FILE");
  c->add_option(
       "--ranks", a.ranks,
       "Devices or processes that train together: what one of them sends in a step, and its "
       "memory")
      ->check(range(1, 65536))
      ->type_name("N");
  c->add_option("--placement", a.placement,
                "How they share the work; by default as the config says")
      ->check(CLI::IsMember({"data", "columns", "hybrid"}))
      ->type_name("WHAT");
}

void CommandDeclarations::declare_prepare() {
  PrepareArguments& a = prepare_;
  CLI::App* c =
      add("prepare", "Pack pictures into shards that load fast, and find their statistics",
          "fovea prepare photos packed --size 256\n"
          "fovea prepare ILSVRC/Data/CLS-LOC packed --val LOC_val_solution.csv --threads 16\n"
          "fovea prepare packed --check\n\n"
          "A config's data.train and data.val take the folder. Killed or out of disk space, the\n"
          "same command goes on where it was, to the same bytes. Files that cannot be read are\n"
          "left out and listed in skipped.tsv; the exit code is then 3, and the rest complete.",
          a.json, a.threads);
  c->add_option("SRC", a.source, "Pictures as for data.train; with train and val in it, both")
      ->required()
      ->type_name("");
  c->add_option("DST", a.target, "Folder to write; left out with --check: look at SRC")
      ->type_name("");
  c->add_option("--val", a.val, "Pictures to validate on, as for data.val; they go with the rest")
      ->type_name("PATH");
  c->add_option("--size", a.size,
                "Side of the square pictures (default 256): shorter side to N, then the centre")
      ->check(range(int64_t{1}, int64_t{16384}))
      ->type_name("N");
  c->add_flag("--gray", a.gray, "Gray pictures, for a net with one input channel");
  c->add_flag("--exif", a.exif, "Turn photos as their Exif data say");
  c->add_option("--encode", a.encode, "jpeg:QUALITY (default jpeg:90), or raw: pixels to the bit")
      ->type_name("HOW");
  c->add_option("--shard-size", a.shard_size, "A shard's largest size: 1G (default), 500M")
      ->type_name("BYTES");
  c->add_flag("--check", a.check, "Read everything that was written and name what is wrong");
  c->add_flag("--force", a.force, "Begin anew, whatever DST holds of an earlier preparation");
}

void CommandDeclarations::declare_audit() {
  AuditArguments& a = audit_;
  CLI::App* c = add("audit", "Replay a stretch of a run and compare its logged hashes",
                    "fovea train CONFIG log.hashes=100 -o runs/x\n"
                    "fovea audit runs/x --from 500 --steps 200\n\n"
                    "On any machine: with numerics \"exact\" the hashes of weights and momenta\n"
                    "agree, or the first step and layer where they part are named (exit code 1).",
                    a.json, a.threads);
  c->add_option("RUN", a.run, "A run's folder")->required()->type_name("");
  c->add_option("--from", a.from, "Compare hashes after this step; by default all")
      ->check(range(int64_t{0}, int64_t{1} << 48))
      ->type_name("STEP");
  c->add_option("--steps", a.steps, "Up to this many steps further; by default to the end")
      ->check(range(int64_t{1}, int64_t{1} << 48))
      ->type_name("N");
  add_device(c, a.device);
}

void CommandDeclarations::declare_bench() {
  BenchArguments& a = bench_;
  CLI::App* c = add("bench", "Time of training steps, and their share of the machine's peak",
                    "fovea bench configs/alexnet-paper.json --layers --batch 32\n\n"
                    "On made-up pictures in memory. Without a config: the machine's own peaks.",
                    a.json, a.threads);
  c->add_option("CONFIG", a.config, "A config file")->type_name("");
  add_overrides(c, a.overrides);
  c->add_flag("--layers", a.layers, "Show each layer's forward and backward pass");
  add_batch(c, a.batch, "Pictures in a step; by default the config's");
  c->add_option("--rounds", a.rounds, "Steps to take the medians of")
      ->check(range(1, 10000))
      ->type_name("N");
}

void CommandDeclarations::declare_check() {
  CheckArguments& a = check_;
  CLI::App* c = add("check", "Whether a long run can work: data, memory, first loss, a few steps",
                    "fovea check configs/alexnet-paper.json data.train=PHOTOS\n\n"
                    "Takes seconds. A line for each finding: ok, note or bad, and what to change.\n"
                    "Exit code 0: nothing is bad; 2: the recipe is; 3: the data is.",
                    a.json, a.threads);
  c->add_option("CONFIG", a.config, "A config file")->required()->type_name("");
  add_overrides(c, a.overrides);
  add_device(c, a.device, "Where to compute: cpu, cuda or cuda:N; by default the config's");
}

void CommandDeclarations::declare_diff() {
  DiffArguments& a = diff_;
  CLI::App* c =
      add("diff", "What sets two configs apart, in words",
          "fovea diff configs/alexnet-paper.json configs/alexnet-2012-code.json\n\n"
          "Defaults count as if they were written. Names, logs and threads do not count.\n"
          "Exit code 0: nothing sets them apart; 1: something does.",
          a.json, a.threads);
  c->add_option("FIRST", a.first, "A config file")->required()->type_name("");
  c->add_option("SECOND", a.second, "Another")->required()->type_name("");
  add_overrides(c, a.overrides);
}

void CommandDeclarations::declare_reproduce() {
  ReproduceArguments& a = reproduce_;
  CLI::App* c =
      add("reproduce", "Findings of the 2012 paper, tried again on a small data set",
          "fovea reproduce fig1\n"
          "fovea reproduce ablations --seeds 3 -o ablations.html\n\n"
          "fig1: how much sooner ReLU learns than tanh. ablations: what normalisation, overlap,\n"
          "dropout and columns are worth. Minutes; writes a page with the paper's figures beside.",
          a.json, a.threads);
  c->add_option("WHAT", a.what, "fig1 or ablations")
      ->required()
      ->check(CLI::IsMember({"fig1", "ablations"}).description(""))
      ->type_name("");
  c->add_option("--data", a.data, "Pictures of ten classes: a folder of Fashion-MNIST or CIFAR-10")
      ->type_name("PATH");
  c->add_option("--val", a.val, "Others to test on; by default the same folder's")
      ->type_name("PATH");
  c->add_option("-o,--output", a.output, "The page; by default reproduce-WHAT.html")
      ->type_name("FILE");
  c->add_option("--epochs", a.epochs, "Of each training, at most")
      ->check(range(int64_t{1}, int64_t{1000}))
      ->type_name("N");
  c->add_option("--target", a.target, "fig1: training error to reach, in percent")
      ->check(range(0.1, 90.0))
      ->type_name("P");
  c->add_option("--seeds", a.seeds, "ablations: trainings of each net")
      ->check(range(1, 100))
      ->type_name("N");
  add_device(c, a.device);
}

void CommandDeclarations::declare_doctor() {
  add("doctor", "What this machine offers, and whether the kernels work on it", "", doctor_.json,
      doctor_.threads);
}

}  // namespace fovea::app

// SPDX-License-Identifier: Apache-2.0
// Writes what is made from the declared command line.
//   cli_docs FOLDER                 fovea.1, fovea.bash, _fovea and fovea.fish
//   cli_docs --page PAGE            fails when docs/cli.md is stale
//   cli_docs --page PAGE --update   writes it anew
#include "generators.h"

#include <fovea/core/error.h>
#include <fovea/core/io/atomic_file.h>
#include <fovea/core/system_info.h>

#include <fstream>
#include <iostream>
#include <iterator>

namespace {

using namespace fovea::app;

void write_all(const ProgramInfo& info, const std::string& folder) {
  fovea::write_file_atomically(folder + "/fovea.1", man_page(info, fovea::version()));
  fovea::write_file_atomically(folder + "/fovea.bash", bash_completion(info));
  fovea::write_file_atomically(folder + "/_fovea", zsh_completion(info));
  fovea::write_file_atomically(folder + "/fovea.fish", fish_completion(info));
}

int hold_page(const ProgramInfo& info, const std::string& path, bool update) {
  const std::string wanted = reference_page(info);
  std::ifstream file(path);
  if (std::string(std::istreambuf_iterator<char>(file), {}) == wanted) return 0;
  if (update) {
    fovea::write_file_atomically(path, wanted);
    return 0;
  }
  std::cerr << path << " is stale; make docs writes it anew\n";
  return 1;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 2) throw fovea::ArgumentError("usage: cli_docs FOLDER | --page PAGE [--update]");
  const ProgramInfo info = describe_command_line();
  if (std::string(argv[1]) == "--page" && argc > 2)
    return hold_page(info, argv[2], argc > 3 && std::string(argv[3]) == "--update");
  write_all(info, argv[1]);
} catch (const fovea::Error& error) {
  std::cerr << error.what() << '\n';
  return 1;
}

// SPDX-License-Identifier: Apache-2.0
// What the shared library shows. All code is compiled with hidden visibility; a public header says
// `namespace FOVEA_API fovea {`, which shows everything declared in it. FOVEA_LOCAL hides classes
// that such a header only names: where it declares them inside a class, else where they are
// defined.
#pragma once

#define FOVEA_API [[gnu::visibility("default")]]
#define FOVEA_LOCAL [[gnu::visibility("hidden")]]

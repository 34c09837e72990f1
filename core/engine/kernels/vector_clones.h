// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The same code compiled for the vector units of newer processors; the loader picks one when the program starts.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__)
#define MNEMO_VECTOR_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MNEMO_VECTOR_CLONES
#endif
#define MNEMO_INLINE inline __attribute__((always_inline))

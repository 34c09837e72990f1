// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// A stand-in for `mnemo serve --stdio` that answers by the book or misbehaves as told: "good", "mismatch", "dies".
/// Experiments: echo finishes at once; flood sends 300 snapshots, then finishes; hang sends one snapshot and waits to
/// be cancelled; crash ends the process by a signal; forget makes it forget its model, forget edits what was uploaded;
/// predict answers with the prefix, so that a target of this name is the first, and fails for the prompt "refused";
/// prompts goes on with the number of tokens, and fails likewise. Results name the edits that were on.
/// @return the exit code of the process
int fakeEngine(const char* manner);

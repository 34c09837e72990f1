// SPDX-License-Identifier: GPL-3.0-or-later
// The module that brings LibTorch's GPU libraries into a program that is linked without them; device.cpp opens it.
// Loading it is all it does: the libraries register themselves.
namespace mnemo {

extern "C" const char* mnemoCudaModule()
{
    return "mnemo_cuda";
}

}  // namespace mnemo

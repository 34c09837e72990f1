# A fast linker where one is present: linking is a fifth of a rebuild otherwise.
include(CheckLinkerFlag)
foreach(linker mold lld)
    check_linker_flag(CXX -fuse-ld=${linker} MNEMO_HAS_${linker})
    if(MNEMO_HAS_${linker})
        add_link_options(-fuse-ld=${linker})
        break()
    endif()
endforeach()

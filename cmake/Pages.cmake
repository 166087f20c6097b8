# portcullis_install_pages()
#
# The manual page and the completions are made by the program that is installed, when it is installed: they are of its
# very tree. A cross-built program runs in the emulator that the toolchain names.
function(portcullis_install_pages)
  include(GNUInstallDirs)
  set(bash ${CMAKE_INSTALL_DATADIR}/bash-completion/completions/portcullis)
  set(zsh ${CMAKE_INSTALL_DATADIR}/zsh/site-functions/_portcullis)
  set(fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d/portcullis.fish)
  set(pages "man>${CMAKE_INSTALL_MANDIR}/man1/portcullis.1"
    "completion bash>${bash}" "completion zsh>${zsh}" "completion fish>${fish}")
  foreach(page IN LISTS pages)
    string(REGEX MATCH "^(.*)>(.*)$" whole ${page})
    string(REPLACE " " ";" arguments ${CMAKE_MATCH_1})
    set(file ${CMAKE_MATCH_2})
    get_filename_component(folder ${file} DIRECTORY)
    install(CODE "
      set(file \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${file}\")
      file(MAKE_DIRECTORY \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${folder}\")
      execute_process(COMMAND ${CMAKE_CROSSCOMPILING_EMULATOR} $<TARGET_FILE:portcullis> ${arguments}
        OUTPUT_FILE \"\${file}\" COMMAND_ERROR_IS_FATAL ANY)
      message(STATUS \"Installing: \${file}\")")
  endforeach()
endfunction()

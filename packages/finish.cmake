# Run by the installation, on what it has just put in place.
set(root "$ENV{DESTDIR}")
set(home ${root}/usr/lib/gatehouse)
set(command ${home}/bin/gatehouse)
set(version "$ENV{GATEHOUSE_PACKAGE_VERSION}")
if(NOT version)
  set(version 0)
endif()

function(made_by file)
  execute_process(COMMAND ${command} ${ARGN} OUTPUT_FILE ${file} COMMAND_ERROR_IS_FATAL ANY)
  file(CHMOD ${file} PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
endfunction()
function(compress file)
  execute_process(COMMAND gzip -9nf ${file} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

set(ENV{GATEHOUSE_CONFIG} ${root}/etc/gatehouse/gatehouse.conf)
set(draft ${root}/units)
execute_process(COMMAND ${command} units --executables ${home}/bin --out ${draft} OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
file(MAKE_DIRECTORY ${root}/lib/systemd ${root}/usr/lib/sysusers.d ${root}/usr/lib/tmpfiles.d
     ${root}/usr/share/man/man1 ${root}/usr/share/bash-completion/completions ${root}/usr/share/doc/gatehouse ${root}/usr/bin)
file(REMOVE_RECURSE ${root}/lib/systemd/system)
file(RENAME ${draft}/systemd ${root}/lib/systemd/system)
file(RENAME ${draft}/sysusers.d/gatehouse.conf ${root}/usr/lib/sysusers.d/gatehouse.conf)
file(RENAME ${draft}/tmpfiles.d/gatehouse.conf ${root}/usr/lib/tmpfiles.d/gatehouse.conf)
file(REMOVE_RECURSE ${draft})

made_by(${root}/usr/share/bash-completion/completions/gatehouse completion bash)
made_by(${root}/usr/share/man/man1/gatehouse.1 manual)
compress(${root}/usr/share/man/man1/gatehouse.1)

set(date 0)
if(DEFINED ENV{SOURCE_DATE_EPOCH})
  set(date $ENV{SOURCE_DATE_EPOCH})
endif()
execute_process(COMMAND date -Ru -d @${date} OUTPUT_VARIABLE date OUTPUT_STRIP_TRAILING_WHITESPACE)
file(WRITE ${root}/usr/share/doc/gatehouse/changelog
     "gatehouse (${version}) unstable; urgency=medium\n\n  * Built from its source; what has changed, its history says.\n\n"
     " -- Gatehouse <gatehouse@gatehouse.invalid>  ${date}\n")
compress(${root}/usr/share/doc/gatehouse/changelog)

file(CREATE_LINK /etc/gatehouse ${home}/etc SYMBOLIC)
file(CREATE_LINK /etc/gatehouse/credentials ${home}/credentials SYMBOLIC)
file(CREATE_LINK /run/gatehouse ${home}/run SYMBOLIC)
file(CREATE_LINK ../../share/gatehouse ${home}/share SYMBOLIC)
file(CREATE_LINK ../lib/gatehouse/bin/gatehouse ${root}/usr/bin/gatehouse SYMBOLIC)

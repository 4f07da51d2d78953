-- SPDX-License-Identifier: Apache-2.0
-- For a Host that is nobody's here.
return 421

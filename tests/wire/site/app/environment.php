<?php
// What a page behind the guard is told.
header('Content-Type: application/json');
header('X-Site: php');
echo json_encode($_SERVER);

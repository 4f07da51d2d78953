<?php
// What a page behind the guard is told.
header('Content-Type: application/json');
header('X-Site: php');
if (isset($_GET['cache'])) header('Cache-Control: ' . $_GET['cache']);
echo json_encode($_SERVER);

// Stands in for a built-in extension that was left out but that the workbench's page starts all the same.
exports.activate = () => {};

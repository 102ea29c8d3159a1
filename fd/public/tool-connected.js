// The return address of a tool server's authorization (OAuth), which may have no fragment: passes the parameters on to the
// application.
location.replace(`./#/settings/tools${location.search}`);

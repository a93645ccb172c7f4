import { checkDashboard } from '/work/wt6-dashboard/test/extension/dashboard.ts';
import { execFileSync } from 'node:child_process';
execFileSync(process.execPath, ['esbuild.mjs'], { cwd: '/work/wt6-dashboard', stdio: 'inherit' });
await checkDashboard('/work/wt6-dashboard', process.argv[2] ?? '1.139');
